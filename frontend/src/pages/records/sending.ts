/** Rows on their way to the server, so many at a time, with what became of them; can be stopped between two lots. */
import type { Data, Ingested, Rejected } from '../../api/records'

export const lot = 500
export interface Sent extends Ingested { done: number; total: number; /** Why it ended before the last row. */ ended: string | null }

export const nothing = (total: number): Sent => ({ accepted: 0, updated: 0, unchanged: 0, late: 0, rejected: [], sessions: 0, done: 0, total, ended: null })

/** Adds what became of a lot that began at a row. */
export function added(sent: Sent, came: Ingested, rows: number): Sent {
  const moved: Rejected[] = came.rejected.map((one) => ({ ...one, row: one.row + sent.done }))
  return {
    ...sent, accepted: sent.accepted + came.accepted, updated: sent.updated + came.updated, unchanged: sent.unchanged + came.unchanged,
    late: sent.late + came.late, sessions: sent.sessions + came.sessions, rejected: [...sent.rejected, ...moved], done: sent.done + rows,
  }
}

/** Sends all rows; `tell` hears after each lot, and `stopped` is asked before each. */
export async function send(
  rows: readonly Data[], post: (rows: readonly Data[]) => Promise<Ingested>, tell: (sent: Sent) => void, stopped: () => boolean,
): Promise<Sent> {
  let sent = nothing(rows.length)
  while (sent.done < rows.length && !stopped()) {
    const some = rows.slice(sent.done, sent.done + lot)
    try {
      sent = added(sent, await post(some), some.length)
    } catch (problem) {
      sent = { ...sent, ended: problem instanceof Error ? problem.message : String(problem) }
      tell(sent)
      return sent
    }
    tell(sent)
  }
  return sent
}
