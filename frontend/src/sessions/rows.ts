/** The list of sessions as plain data: what the designer listed, kept up by what it tells as it happens. */
import type { SessionNews, SessionRow, SessionStatus } from '../api/types'

export type Rows = ReadonlyMap<string, SessionRow>
export interface NodeCount { running: number; waiting: number }

/** Ended sessions beyond this many are let go, oldest first; the list can always be asked for again. */
const keepEnded = 500

export const isLive = (status: SessionStatus): boolean => status === 'running' || status === 'waiting'

export function withRows(rows: Rows, listed: readonly SessionRow[]): Rows {
  const next = new Map(rows)
  for (const row of listed) next.set(row.id, row)
  return next
}

/** Live rows that a full list of the live ones no longer holds have ended unseen: they go, until asked for again. */
export function withoutGone(rows: Rows, live: ReadonlySet<string>): Rows {
  return new Map([...rows].filter(([id, row]) => !isLive(row.status) || live.has(id)))
}

export function withNews(rows: Rows, news: readonly SessionNews[]): Rows {
  const next = new Map(rows)
  for (const { session, steps: _steps, ...row } of news) {
    const before = next.get(session)
    if (before && !isLive(before.status) && isLive(row.status)) continue
    next.set(session, { ...before, ...row, id: session, wake_at: row.status === 'waiting' ? (before?.wake_at ?? null) : null })
  }
  return trimmed(next)
}

function trimmed(rows: Map<string, SessionRow>): Rows {
  const ended = [...rows.values()].filter((row) => !isLive(row.status))
  if (ended.length <= keepEnded) return rows
  for (const row of newestFirst(ended).slice(keepEnded)) rows.delete(row.id)
  return rows
}

export function newestFirst(rows: Iterable<SessionRow>): SessionRow[] {
  return [...rows].sort((a, b) => Date.parse(b.started_at) - Date.parse(a.started_at) || (a.id < b.id ? 1 : -1))
}

export function totals(rows: Rows): NodeCount {
  const all = { running: 0, waiting: 0 }
  for (const { status } of rows.values()) if (status === 'running' || status === 'waiting') all[status] += 1
  return all
}

/** How many sessions stand at each node. */
export function byNode(rows: Rows): Map<string, NodeCount> {
  const counts = new Map<string, NodeCount>()
  for (const { node, status } of rows.values()) {
    if (!node || (status !== 'running' && status !== 'waiting')) continue
    const count = counts.get(node) ?? { running: 0, waiting: 0 }
    count[status] += 1
    counts.set(node, count)
  }
  return counts
}

export type Filter = 'all' | 'live' | SessionStatus

/** What is typed is looked for in number, name, outcome and id. */
export function matching(rows: readonly SessionRow[], filter: Filter, text: string): SessionRow[] {
  const wanted = text.trim().toLowerCase()
  return rows.filter((row) => {
    if (filter === 'live' ? !isLive(row.status) : filter !== 'all' && row.status !== filter) return false
    if (wanted === '') return true
    return [row.contact?.phone, row.contact?.name, row.outcome, row.id].some((one) => one?.toLowerCase().includes(wanted))
  })
}

/** Who it is: a name, else a number. */
export function who(row: SessionRow): string | undefined {
  return row.contact?.name || row.contact?.phone || undefined
}
