/** Where records come from: sources, and the connectors that some of them lie behind. */
import { api } from './client'
import type { Page } from './types'

export type SourceState = 'starting' | 'running' | 'failing' | 'paused' | 'off'
/** Times as RFC 3339; `waiting` are records on their way, `lag_seconds` for how long the oldest of them has been. */
export interface SourceStatus {
  state: SourceState
  read_at: string | null
  record_at: string | null
  records: number
  waiting: number
  oldest_at: string | null
  lag_seconds: number | null
  rejected: number
  error: string | null
  error_at: string | null
}
export interface SourceRow { name: string; kind: string; connector: string | null; status: SourceStatus | null }
export interface Connector {
  id: string
  name: string
  connected: boolean
  seen_at: string | null
  waiting: number
  lag_seconds: number | null
  error: string | null
}
export interface NewConnector { id: string; name: string; key: string }

export const sources = {
  list: () => api.get<Page<SourceRow>>('/sources?limit=1000'),
  connectors: () => api.get<Page<Connector>>('/connectors?limit=1000'),
  addConnector: (name: string) => api.post<NewConnector>('/connectors', { name }),
}
