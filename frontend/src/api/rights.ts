/** Keys for programs, what each role may, who may do what with one flow, links to it, and the audit log. */
import { api } from './client'
import type { Page } from './types'

export const roles = ['administrator', 'designer', 'operator', 'auditor'] as const
export type Role = (typeof roles)[number]

export interface ApiKey {
  id: string
  name: string
  role: string
  scopes: string[] | null
  rights: string[]
  state: 'valid' | 'expired' | 'revoked'
  bootstrap: boolean
  made_by: string | null
  created_at: string
  expires_at: string | null
  used_at: string | null
}
export interface NewKey extends ApiKey { key: string }
export interface KeyWish { name: string; role: string; scopes: string[] | null; expires_at: string | null }
export interface Roles { rights: string[]; roles: Record<string, string[]> }

export const keys = {
  list: (cursor: string | null) => api.get<Page<ApiKey>>(`/api-keys?limit=100${cursor ? `&cursor=${cursor}` : ''}`),
  roles: () => api.get<Roles>('/roles'),
  make: (wish: KeyWish) => api.post<NewKey>('/api-keys', wish),
  rotate: (id: string, hours: number) => api.post<NewKey>(`/api-keys/${id}/rotate`, { overlap_hours: hours }),
  revoke: (id: string) => api.delete(`/api-keys/${id}`),
}

export const deeds = ['edit', 'publish', 'follow'] as const
export type Deed = (typeof deeds)[number]
export interface Circle { roles: string[]; people: string[] }
export type Permissions = Record<Deed, Circle | null>
export interface Person { id: string; name: string; role: string; kind: 'user' | 'key' }
export interface FlowLink { id: string; name: string; state: 'valid' | 'expired'; made_by: string; created_at: string; expires_at: string; used_at: string | null }
export interface NewLink extends FlowLink { path: string }

export const sharing = {
  permissions: (flow: string) => api.get<Permissions>(`/flows/${flow}/permissions`),
  keep: (flow: string, wanted: Permissions) => api.put<Permissions>(`/flows/${flow}/permissions`, wanted),
  people: async (flow: string) => (await api.get<{ items: Person[] }>(`/flows/${flow}/people`)).items,
  links: async (flow: string) => (await api.get<{ items: FlowLink[] }>(`/flows/${flow}/links`)).items,
  makeLink: (flow: string, name: string, days: number) => api.post<NewLink>(`/flows/${flow}/links`, { name, days }),
  endLink: (flow: string, link: string) => api.delete(`/flows/${flow}/links/${link}`),
}

export interface AuditEntry {
  id: string
  log: 'organisation' | 'platform'
  seq: number
  hash: string
  at: string
  by: { kind: 'user' | 'key' | 'command'; id: string | null; name: string; role: string }
  address: string
  action: string
  kind: string
  object: string | null
  detail: Record<string, unknown>
}
export interface Chain { log: 'organisation' | 'platform'; entries: number; hash: string; whole: boolean; broken_at: number | null; why: string }
export interface AuditWish { by: string; action: string; object: string; since: string | null; until: string | null }

export function asked(wish: AuditWish): string {
  const given = Object.entries(wish).filter((pair): pair is [string, string] => Boolean(pair[1]))
  return new URLSearchParams(given).toString()
}

export const audit = {
  list: (wish: AuditWish, cursor: string | null) => {
    const query = new URLSearchParams(asked(wish))
    if (cursor) query.set('cursor', cursor)
    return api.get<Page<AuditEntry>>(`/audit?${query.toString()}`)
  },
  check: async () => (await api.get<{ items: Chain[] }>('/audit/check')).items,
  table: (wish: AuditWish) => `/api/v1/audit.csv?${asked(wish)}`,
}
