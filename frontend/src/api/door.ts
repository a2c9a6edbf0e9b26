/** The door, one's own account, and the people who may come in: what `/sign-in`, `/me/…` and `/users` take and give. */
import { api, request } from './client'
import type { Page } from './types'

/** How far somebody has come: in (`csrf`), or what is owed `next`. */
export interface Reached {
  csrf: string | null
  next: 'code' | 'set_up' | 'tenant' | null
  tenants: string[]
  secret: string | null
  address: string | null
  recovery_codes: string[]
}
export interface WaysIn { openid: { id: string; name: string }[]; mail: boolean; hours: number; began: boolean }
export interface SeenLink { kind: 'invitation' | 'reset'; tenant: string; login: string; name: string; shortest: number; ends_at: string }
export interface Credentials { login: string; password: string; remember: boolean; tenant?: string }

export const door = {
  ways: () => api.get<WaysIn>('/sign-in'),
  byKey: (key: string) => api.post<Reached>('/sign-in', { key }),
  byPassword: (given: Credentials) => api.post<Reached>('/sign-in', given),
  byCode: (code: string) => api.post<Reached>('/sign-in/code', { code }),
  bySetUp: (code: string) => api.post<Reached>('/sign-in/set-up', { code }),
  look: (token: string) => api.post<SeenLink>('/sign-in/link', { token }),
  use: (token: string, password: string, name: string | null) => api.post<Reached>('/sign-in/link/use', { token, password, name }),
  forgotten: (login: string) => request<unknown>('POST', '/sign-in/forgotten', { body: { login } }),
}

export interface Account {
  id: string
  tenant: string
  login: string
  name: string
  role: string
  language: 'zh-CN' | 'en' | null
  has_password: boolean
  password_at: string | null
  shortest: number
  second_factor: boolean
  second_factor_required: boolean
  recovery_codes: number
  openid: string[]
  providers: LinkedProvider[]
}
export interface LinkedProvider { id: string; name: string; linked: boolean }
export interface SignedInAt { id: string; way: string; address: string; software: string; created_at: string; seen_at: string; ends_at: string; current: boolean }
export interface SetUp { secret: string; address: string }

export const account = {
  get: () => api.get<Account>('/me/account'),
  put: async (body: { name?: string; language?: string | null }) => (await request<Account>('PUT', '/me/account', { body })).data,
  password: (password: string, next: string) => api.post<unknown>('/me/password', { password, new: next }),
  beginFactor: (password: string) => api.post<SetUp>('/me/second-factor', { password }),
  setFactor: async (code: string) => (await request<{ recovery_codes: string[] }>('PUT', '/me/second-factor', { body: { code } })).data.recovery_codes,
  removeFactor: (password: string) => api.post<unknown>('/me/second-factor/remove', { password }),
  newCodes: async (password: string) => (await api.post<{ recovery_codes: string[] }>('/me/recovery-codes', { password })).recovery_codes,
  sessions: async () => (await api.get<{ items: SignedInAt[] }>('/me/sessions')).items,
  linkOpenId: async (id: string, password: string) => (await api.post<{ address: string }>(`/me/openid/${id}`, { password })).address,
  unlinkOpenId: (id: string, password: string) => api.post<unknown>(`/me/openid/${id}/remove`, { password }),
  endSession: (id: string) => api.delete(`/me/sessions/${id}`),
  endOthers: () => api.delete('/me/sessions'),
}

export type UserState = 'active' | 'invited' | 'disabled'
export interface User {
  id: string
  login: string
  name: string
  role: string
  language: string | null
  state: UserState
  second_factor: boolean
  sessions: number
  created_at: string
  signed_in_at: string | null
}
/** `link` is a page of ours with its token behind the #, shown this once. */
export interface MadeLink { link: string; ends_at: string; mailed: boolean }
export interface NewUser { login: string; name: string; role: string; language: string | null }

export const people = {
  list: () => api.get<Page<User>>('/users?limit=1000'),
  invite: (body: NewUser) => api.post<User & MadeLink>('/users', body),
  change: async (id: string, body: { role?: string; name?: string; disabled?: boolean }) => (await request<User>('PUT', `/users/${id}`, { body })).data,
  remove: (id: string) => api.delete(`/users/${id}`),
  link: (id: string) => api.post<MadeLink & { kind: string }>(`/users/${id}/link`),
  resetFactor: (id: string) => api.delete(`/users/${id}/second-factor`),
  endSessions: (id: string) => api.delete(`/users/${id}/sessions`),
  rules: () => api.get<{ second_factor_required: boolean }>('/sign-in-rules'),
  setRules: async (required: boolean) => (await request<{ second_factor_required: boolean }>('PUT', '/sign-in-rules', { body: { second_factor_required: required } })).data,
}
