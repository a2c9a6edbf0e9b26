/** A sound's shape is as loud as the loudest of each stretch. */
import { expect, it } from 'vitest'
import { peaksOf } from './sound'

it('is drawn by its peaks', () => {
  expect(peaksOf(new Float32Array([0, 0.5, -1, 0, 0.25, 0]), 3)).toEqual([0.5, 1, 0.25])
  expect(peaksOf(new Float32Array([]), 2)).toEqual([0, 0])
  expect(peaksOf(new Float32Array([0.5]), 2)).toEqual([0.5, 0.5])
})
