/** The calls that concern sessions. */
import { api } from '../api/client'
import type { Page, SessionDetail, SessionRow, SessionStatus } from '../api/types'
import type { JournalTurn } from './journal'

export interface Wanted {
  flow: string
  statuses?: readonly SessionStatus[]
  limit?: number
  cursor?: string | null
}

export const sessions = {
  list: ({ flow, statuses, limit = 50, cursor }: Wanted, signal?: AbortSignal) => {
    const query = new URLSearchParams({ flow, limit: String(limit) })
    if (statuses) query.set('status', statuses.join(','))
    if (cursor) query.set('cursor', cursor)
    return api.get<Page<SessionRow>>(`/sessions?${query}`, signal)
  },
  detail: (id: string, signal?: AbortSignal) => api.get<SessionDetail>(`/sessions/${id}`, signal),
  /** All turns of a session, page after page. */
  journal: async (id: string, signal?: AbortSignal): Promise<JournalTurn[]> => {
    const turns: JournalTurn[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor ? `?limit=1000&cursor=${encodeURIComponent(cursor)}` : '?limit=1000'
      const page: Page<JournalTurn> = await api.get(`/sessions/${id}/journal${query}`, signal)
      turns.push(...page.items)
      cursor = page.next
    } while (cursor && turns.length < 5000)
    return turns
  },
  cancel: (id: string) => api.post<unknown>(`/sessions/${id}/cancel`),
}
