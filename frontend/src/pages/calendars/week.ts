/** A day's hours as stretches of it, to be drawn. */
export interface Stretch { from: number; to: number }
const day = 24 * 60

function minutes(clock: string): number | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(clock)
  return match ? Math.min(day, Number(match[1]) * 60 + Number(match[2])) : null
}

/** Parts of the day, of 1. */
export function stretches(spans: readonly (readonly [string, string])[] | undefined): Stretch[] {
  return (spans ?? []).flatMap(([open, close]) => {
    const from = minutes(open)
    const to = minutes(close)
    return from === null || to === null || to <= from ? [] : [{ from: from / day, to: to / day }]
  })
}
