/** Periods and the table of figures. */
import { expect, it } from 'vitest'
import type { Figures, Step } from '../../api/figures'
import { percentOf, periodOf, table } from './periods'

it('looks at whole days, the last being today', () => {
  const now = new Date(2026, 11, 2, 14, 33)
  expect(periodOf('today', now)).toEqual({ from: new Date(2026, 11, 2), by: 'hour' })
  expect(periodOf('week', now)).toEqual({ from: new Date(2026, 10, 26), by: 'day' })
  expect(periodOf('today', new Date(2026, 11, 2)).from.getTime()).toBe(new Date(2026, 11, 2).getTime() - 1000)
})

it('says no share of nothing', () => expect([percentOf(1, 4), percentOf(0, 0)]).toEqual([25, null]))

it('makes a table with a column for each outcome', () => {
  const [head, rows] = table({ steps: [{ at: 'x', calls_out: 3 } as Step], outcomes: [{ outcome: 'told', sessions: 2, steps: [2] }] } as unknown as Figures)
  expect([head[0], head[1], head.at(-1)]).toEqual(['at', 'calls_out', 'told'])
  expect([rows[0]?.[0], rows[0]?.[1], rows[0]?.at(-1)]).toEqual(['x', 3, 2])
})
