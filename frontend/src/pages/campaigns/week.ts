/** A campaign's windows as a week of half hours, for the grid on its card. */
import type { Day, WindowRule } from '../../api/campaigns'

export const days: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

export const minutes = (clock: string): number => {
  const [hour = 0, minute = 0] = clock.split(':').map(Number)
  return hour * 60 + minute
}

export interface Week { from: number; to: number; rows: { day: Day; open: boolean[] }[] }

/** From the first hour that is open to the last, eight to twenty at least; a half hour counts as open if any of it is. */
export function weekOf(windows: readonly WindowRule[]): Week {
  const starts = windows.map((one) => minutes(one.from))
  const ends = windows.map((one) => minutes(one.to) || 24 * 60)
  const from = Math.floor(Math.min(8 * 60, ...starts) / 60)
  const to = Math.ceil(Math.max(20 * 60, ...ends) / 60)
  const rows = days.map((day) => {
    const theirs = windows.filter((one) => one.days.includes(day)).map((one) => [minutes(one.from), minutes(one.to) || 24 * 60] as const)
    const open = Array.from({ length: (to - from) * 2 }, (_, place) => {
      const at = from * 60 + place * 30
      return theirs.some(([start, end]) => start < at + 30 && at < end)
    })
    return { day, open }
  })
  return { from, to, rows }
}
