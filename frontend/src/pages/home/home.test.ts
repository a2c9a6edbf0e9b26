/** Today beside last week. */
import { expect, it } from 'vitest'
import type { Figures, Step } from '../../api/figures'
import { comparison, hoursOf, midnight } from './today'

const now = new Date(2026, 11, 2, 14, 33)
const step = (day: number, hour: number, calls: number, answered: number): Step => {
  const at = midnight(now, day)
  at.setHours(hour)
  return { at: at.toISOString(), calls_out: calls, answered_out: answered } as Step
}
const figures = (...steps: Step[]) => ({ steps }) as unknown as Figures
const today = figures(step(0, 9, 100, 60), step(0, 13, 10, 10), step(0, 14, 40, 20))
const before = figures(step(-7, 9, 50, 25), step(-7, 13, 50, 25), step(-7, 14, 999, 0), step(-1, 16, 70, 35), step(-1, 20, 7, 7))

it('draws the hours of today with what is usual, and expects what is to come', () => {
  const hours = hoursOf(today, before, now)
  expect([hours[0]?.hour, hours.at(-1)?.hour]).toEqual([8, 20])
  expect(hours.find((one) => one.hour === 9)).toEqual({ hour: 9, answered: 60, missed: 40, rate: 60, usual: 50, expected: null })
  expect(hours.find((one) => one.hour === 16)).toEqual({ hour: 16, answered: 0, missed: 0, rate: null, usual: 50, expected: 10 })
  expect(hours.find((one) => one.hour === 8)?.rate).toBeNull()
})

it('compares full hours with the same hours a week ago', () => {
  expect(comparison(today, before, now)).toEqual({ calls: 10, points: 14 })
  expect(comparison(today, figures(), now)).toEqual({ calls: null, points: null })
})
