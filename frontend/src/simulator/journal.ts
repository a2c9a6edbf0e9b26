/** The turns of a try as a session's journal, so that steps and journal are shown as they are of real sessions. */
import type { JournalTurn } from '../sessions/journal'
import type { TryTurn } from './turns'

/** Several events of one turn (a clock that was wound over several moments) are one after the other: 3, 3.001, 3.002. */
export function journalOf(turns: readonly TryTurn[]): JournalTurn[] {
  return turns.flatMap((turn) => {
    const events = turn.events.length > 0 ? turn.events : [null]
    return events.map((event, at): JournalTurn => {
      const last = at === events.length - 1
      return {
        turn: turn.number + at / 1000, at: event?.at ?? turn.at, event,
        steps: last ? turn.steps.map((step) => ({ node: step.node, outlet: step.outlet ?? null, value: step.value })) : [],
        commands: last ? turn.commands : [],
      }
    })
  })
}

/** The turn that a line of the journal is of. */
export const turnOf = (key: string): number => Math.floor(Number.parseFloat(key))
