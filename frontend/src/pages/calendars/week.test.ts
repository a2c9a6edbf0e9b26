/** Hours are drawn where they are in the day. */
import { expect, it } from 'vitest'
import { stretches } from './week'

it('are parts of the day', () => {
  expect(stretches([['06:00', '12:00'], ['18:00', '24:00']])).toEqual([{ from: 0.25, to: 0.5 }, { from: 0.75, to: 1 }])
  expect([stretches(undefined), stretches([['x', '1:00']]), stretches([['18:00', '06:00']])]).toEqual([[], [], []])
})
