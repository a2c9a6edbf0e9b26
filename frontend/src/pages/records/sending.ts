/** Rows on their way to the server, so many at a time: all are checked before any is put in; both can be stopped between two lots. */
import type { Checked, Data, Ingested, Rejected } from '../../api/records'

export const lot = 500
/** Checking writes nothing, so more go at once. */
export const checkLot = 2000
interface Going { done: number; total: number; /** Why it ended before the last row. */ ended: string | null }
export interface Sent extends Ingested, Going {}
export interface Looked extends Checked, Going {}

export const nothing = (total: number): Sent => ({ accepted: 0, updated: 0, unchanged: 0, late: 0, rejected: [], sessions: 0, done: 0, total, ended: null })

const moved = (rejected: readonly Rejected[], by: number): Rejected[] => rejected.map((one) => ({ ...one, row: one.row + by }))

/** Adds what became of a lot that began at a row. */
export function added(sent: Sent, came: Ingested, rows: number): Sent {
  return {
    ...sent, accepted: sent.accepted + came.accepted, updated: sent.updated + came.updated, unchanged: sent.unchanged + came.unchanged,
    late: sent.late + came.late, sessions: sent.sessions + came.sessions, rejected: [...sent.rejected, ...moved(came.rejected, sent.done)], done: sent.done + rows,
  }
}

/** Carries rows over a lot at a time; `tell` hears after each lot, and `stopped` is asked before each. */
async function inLots<T extends Going>(rows: readonly Data[], size: number, start: T, deed: (some: readonly Data[], before: T) => Promise<T>, tell: (now: T) => void, stopped: () => boolean): Promise<T> {
  let now = start
  while (now.done < rows.length && now.ended === null && !stopped()) {
    try {
      now = await deed(rows.slice(now.done, now.done + size), now)
    } catch (problem) {
      now = { ...now, ended: problem instanceof Error ? problem.message : String(problem) }
    }
    tell(now)
  }
  return now
}

/** Puts all rows in. */
export const send = (rows: readonly Data[], post: (rows: readonly Data[]) => Promise<Ingested>, tell: (sent: Sent) => void, stopped: () => boolean): Promise<Sent> =>
  inLots(rows, lot, nothing(rows.length), async (some, before) => added(before, await post(some), some.length), tell, stopped)

/** Has all rows looked at, and nothing done. */
export const look = (rows: readonly Data[], check: (rows: readonly Data[]) => Promise<Checked>, tell: (looked: Looked) => void, stopped: () => boolean): Promise<Looked> =>
  inLots(rows, checkLot, { good: 0, rejected: [], done: 0, total: rows.length, ended: null }, async (some, before): Promise<Looked> => {
    const came = await check(some)
    return { ...before, good: before.good + came.good, rejected: [...before.rejected, ...moved(came.rejected, before.done)], done: before.done + some.length }
  }, tell, stopped)
