/** Periods of the figures' page, shares, and its table for a spreadsheet. */
import type { Figures } from '../../api/figures'
import { midnight } from '../home/today'

export const periods = ['today', 'week', 'month', 'quarter'] as const
export type Period = (typeof periods)[number]

/** Days are whole ones, the last being today; a week is drawn by hour where one day is looked at. */
export function periodOf(period: Period, now: Date): { from: Date; by: 'hour' | 'day' } {
  const days = { today: 0, week: 6, month: 29, quarter: 89 }[period]
  const from = midnight(now, -days)
  // Just after midnight there is nothing of today yet: a second ago belongs to it all the same.
  return { from: now.getTime() - from.getTime() < 1000 ? new Date(now.getTime() - 1000) : from, by: period === 'today' ? 'hour' : 'day' }
}

export const percentOf = (part: number, whole: number): number | null => (whole === 0 ? null : (100 * part) / whole)

export function table(seen: Figures): [head: string[], rows: (string | number)[][]] {
  const columns = ['calls_out', 'answered_out', 'calls_in', 'answered_in', 'talked_seconds', 'texts_out', 'texts_delivered', 'texts_failed', 'texts_in', 'sessions', 'completed', 'heard', 'heard_well'] as const
  const outcomes = seen.outcomes.map((one) => one.outcome)
  return [['at', ...columns, ...outcomes], seen.steps.map((step, place) => [step.at, ...columns.map((name) => step[name]), ...seen.outcomes.map((one) => one.steps[place] ?? 0)])]
}
