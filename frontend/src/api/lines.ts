/** Trunks and numbers: by which lines calls leave and come in, and what a call to a number starts. */
import { type Reply, api, request } from './client'
import type { Page } from './types'

export interface TrunkSettings {
  host: string; port: number; transport: 'udp' | 'tcp' | 'tls'; endpoint: string; username: string; register: boolean; from_domain: string; number: string
  codecs: string[]; t38: boolean; srtp: boolean; record_early: boolean; from_networks: string[]; calls_in_per_second: number; patterns: string[]; allow: string[]
  loop_number: string; check_seconds: number; position: number; at_once: number | null; per_second: number | null; enabled: boolean
}
export interface Trunk extends TrunkSettings {
  name: string; has_password: boolean; in_use: number
  /** What Asterisk said last; null where it is not asked. */
  registered: string | null; reachable: string | null; seen_at: string | null
}
export interface OwnNumber { number: string; e164: string | null; trunk: string | null; shown: boolean; region: string; flow: string | null }
export interface AnyTrigger { id: string; kind: string; flow: string; number: string | null; keyword: string | string[] | null; enabled: boolean; created_at: string; [told: string]: unknown }
/** A trigger as it was when somebody began to change it. */
export type SeenTrigger = Reply<AnyTrigger>

/** A password that is not given stays as it was. */
export type WrittenTrunk = TrunkSettings & { password?: string }
const everything = 'limit=1000'
const at = (name: string) => encodeURIComponent(name)

export const lines = {
  trunks: () => api.get<Page<Trunk>>(`/trunks?${everything}`),
  make: (name: string, trunk: WrittenTrunk) => api.post<Trunk>('/trunks', { name, ...trunk }),
  change: (name: string, trunk: WrittenTrunk) => api.put<Trunk>(`/trunks/${at(name)}`, trunk),
  removeTrunk: (name: string) => api.delete(`/trunks/${at(name)}`),
  numbers: () => api.get<Page<OwnNumber>>(`/numbers?${everything}`),
  putNumber: (number: string, body: { trunk: string | null; shown: boolean }) => api.put<OwnNumber>(`/numbers/${at(number)}`, body),
  removeNumber: (number: string) => api.delete(`/numbers/${at(number)}`),
}

export const triggers = {
  list: () => api.get<Page<AnyTrigger>>(`/triggers?${everything}`),
  make: (body: Record<string, unknown>) => api.post<AnyTrigger>('/triggers', body),
  one: (id: string): Promise<SeenTrigger> => request('GET', `/triggers/${id}`),
  change: (seen: SeenTrigger, body: Record<string, unknown>): Promise<SeenTrigger> => request('PUT', `/triggers/${seen.data.id}`, { body, ifMatch: seen.etag }),
  enable: (id: string, enabled: boolean) => api.patch<AnyTrigger>(`/triggers/${id}`, { enabled }),
  remove: (id: string) => api.delete(`/triggers/${id}`),
  preview: (trigger: Record<string, unknown>) => api.post<{ moments: string[]; starts: boolean; reason: string | null; time_zone: string }>('/triggers/preview', { trigger }),
}
