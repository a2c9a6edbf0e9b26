/** Today beside last week, hour by hour. */
import type { Figures, Step } from '../../api/figures'

export const midnight = (at: Date, days = 0): Date => new Date(at.getFullYear(), at.getMonth(), at.getDate() + days)

export interface Hour {
  hour: number
  answered: number
  missed: number
  /** Of calls out, in percent; null where there were none. */
  rate: number | null
  /** The same on average of the week before. */
  usual: number | null
  /** Calls to be expected in an hour that is still to come. */
  expected: number | null
}

const rate = (answered: number, calls: number): number | null => (calls === 0 ? null : (100 * answered) / calls)

/** The hours from the first to the last in which something happens, today or on an average day; eight to eighteen at least. */
export function hoursOf(today: Figures, before: Figures, now: Date): Hour[] {
  const byHour = (steps: readonly Step[]) => {
    const sums = Array.from({ length: 24 }, () => ({ calls: 0, answered: 0 }))
    for (const step of steps) {
      const sum = sums[new Date(step.at).getHours()]
      if (sum) {
        sum.calls += step.calls_out
        sum.answered += step.answered_out
      }
    }
    return sums
  }
  const mine = byHour(today.steps)
  const usual = byHour(before.steps)
  const busy = [...Array(24).keys()].filter((hour) => (mine[hour]?.calls ?? 0) + (usual[hour]?.calls ?? 0) > 0)
  const first = Math.min(8, ...busy)
  const last = Math.max(18, ...busy)
  return Array.from({ length: last - first + 1 }, (_, place) => {
    const hour = first + place
    const { calls, answered } = mine[hour] ?? { calls: 0, answered: 0 }
    const week = usual[hour] ?? { calls: 0, answered: 0 }
    const coming = hour > now.getHours()
    return {
      hour, answered, missed: calls - answered, rate: coming ? null : rate(answered, calls), usual: rate(week.answered, week.calls),
      expected: coming && week.calls > 0 ? Math.round(week.calls / 7) : null,
    }
  })
}

/** Calls and answers of the full hours of today, and of the same hours a week ago; null before the first full hour. */
export function comparison(today: Figures, before: Figures, now: Date): { calls: number | null; points: number | null } {
  const start = midnight(now).getTime()
  const until = Math.floor((now.getTime() - start) / 3_600_000) * 3_600_000
  const sum = (steps: readonly Step[], from: number) => {
    const within = steps.filter((step) => Date.parse(step.at) >= from && Date.parse(step.at) < from + until)
    return { calls: within.reduce((all, one) => all + one.calls_out, 0), answered: within.reduce((all, one) => all + one.answered_out, 0) }
  }
  const now_ = sum(today.steps, start)
  const then = sum(before.steps, midnight(now, -7).getTime())
  if (then.calls === 0) return { calls: null, points: null }
  const [mine, theirs] = [rate(now_.answered, now_.calls), rate(then.answered, then.calls)]
  return { calls: Math.round((100 * (now_.calls - then.calls)) / then.calls), points: mine === null || theirs === null ? null : Math.round(mine - theirs) }
}
