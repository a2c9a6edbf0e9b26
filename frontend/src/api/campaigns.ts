/** Campaigns: who is contacted by which flow, by which rules, how far that is, and why somebody was or was not. */
import { api, request } from './client'
import type { Contact, Page } from './types'

export type CampaignState = 'draft' | 'running' | 'paused' | 'stopped' | 'finished'
export type Fate = 'answered' | 'machine' | 'busy' | 'no_answer' | 'failed' | 'unknown' | 'cancelled'
export type Day = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'

/** A reason: its code for programs, its words in the reader's language; `until` is when it no longer holds. */
export interface Why { code: string; words: string; values: Record<string, unknown>; until: string | null }

export interface WindowRule { days: Day[]; from: string; to: string }
export interface RetryRule { fate: string; after: string; times: number }
export interface Pace { calls_per_second: number | null; at_once: number | null; spread: string | null; warm_up: { over: string; from: number } | null }
export interface StopAt { budget: number | null; failure_rate: number | null; sample: number; until: string | null }
export interface Tariff { currency?: string; setup?: number; per_minute?: number; billed_in?: number; per_text?: number; per_fax?: number }
/** One of record_type (with when), contacts, file (with columns), list; of people named one by one a list tells only how many. */
export interface Audience { record_type?: string; when?: string | null; contacts?: Contact[] | number; file?: string; columns?: Record<string, string>; list?: string }

export interface CampaignRules {
  windows: WindowRule[]
  holidays: string | null
  calendar: string | null
  pace: Pace
  retries: RetryRule[]
  attempts: { per_day: number; in_all: number | null }
  never_rang: { after: string; times: number }
  cap: { contacts: number; per: string } | null
  priority: number
  stop_at: StopAt | null
  completed: string[]
  tariff: Tariff
}
export interface CampaignBody extends Partial<CampaignRules> { name: string; flow: string; audience: Audience }
export interface Campaign extends CampaignRules {
  id: string
  name: string
  state: CampaignState
  building: boolean
  flow: string
  version: number | null
  audience: Audience
  why: Why | null
  created_at: string
  started_at: string | null
  ended_at: string | null
}

export interface Progress {
  state: CampaignState
  building: boolean
  members: number
  waiting: number
  under_way: number
  done: number
  left_out: number
  doubled: number
  attempts: number
  at_once: number
  rang: number
  completed: number
  fates: Partial<Record<Fate, number>>
  seconds: number
  cost: number
  next_at: string | null
  ends_at: string | null
  why: Why | null
}

export type MemberState = 'waiting' | 'under_way' | 'done' | 'left_out'
export interface Stand { state: MemberState; tried: boolean; fate: Fate | null; people: number }
export interface CampaignFigures {
  people: Stand[]
  outcomes: { outcome: string; completed: boolean; sessions: number }[]
  minutes: { at: string; attempts: number }[]
}
export interface Member {
  id: string
  number: string
  contact: Contact
  contact_id: string | null
  time_zone: string
  state: MemberState
  next_at: string | null
  attempts: number
  fate: Fate | null
  why: Why | null
}
export interface TraceEntry {
  at: string
  kind: string
  words: string
  values: Record<string, unknown>
  why: Why | null
  campaign: string | null
  member: string | null
  session: string | null
  trigger: string | null
}
export interface Foreseen { number: string; contact: Contact; at: string | null; why: Why[] }

export interface Report {
  begins_at: string
  ends_at: string
  people: number
  completed: number
  attempts: number
  fates: Record<string, number>
  hours: { at: string; attempts: number; answered: number; calls: number; most_at_once: number }[]
  peak: number
  peak_at: string | null
  waited_seconds: number
  cost: number
  currency: string
  calls: number
  texts: number
  left: { reason: Why; people: number; examples: number[] }[]
  sample: number
  dead_ends: { kind: string; node: string; outlet: string; sessions: number }[]
  outcomes: Record<string, number>
  warnings: { path: string; message: string }[]
  stopped: Why | null
}
export interface Rehearsal { id: string; state: 'waiting' | 'running' | 'stopping' | 'done' | 'stopped' | 'failed'; share: number; report: Report | null; why: Why | null }

const query = (values: Record<string, string | number | null | undefined>): string => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '')
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : ''
}

export const campaigns = {
  list: (state?: CampaignState, limit = 200) => api.get<Page<Campaign>>(`/campaigns${query({ state, limit })}`),
  one: (id: string) => api.get<Campaign>(`/campaigns/${id}`),
  make: (body: CampaignBody) => api.post<Campaign>('/campaigns', body),
  change: async (id: string, body: Partial<CampaignBody>) => (await request<Campaign>('PATCH', `/campaigns/${id}`, { body })).data,
  remove: (id: string) => api.delete(`/campaigns/${id}`),
  start: (id: string) => api.post<Campaign>(`/campaigns/${id}/start`),
  pause: (id: string) => api.post<Campaign>(`/campaigns/${id}/pause`),
  resume: (id: string) => api.post<Campaign>(`/campaigns/${id}/resume`),
  stop: (id: string, what: { ringing: boolean; talking: boolean }) => api.post<Campaign>(`/campaigns/${id}/stop`, what),
  progress: (id: string) => api.get<Progress>(`/campaigns/${id}/progress`),
  figures: (id: string) => api.get<CampaignFigures>(`/campaigns/${id}/figures`),
  members: (id: string, wanted: { state?: MemberState | null; number?: string; fate?: string | null; cursor?: string | null; limit?: number }) =>
    api.get<Page<Member>>(`/campaigns/${id}/members${query(wanted)}`),
  takeOut: (id: string, member: string) => api.post<Member>(`/campaigns/${id}/members/${member}/cancel`),
  why: (id: string, member: string) => api.get<{ items: TraceEntry[] }>(`/campaigns/${id}/members/${member}/why`),
  dryRun: (id: string, cursor?: string | null) => api.get<Page<Foreseen>>(`/campaigns/${id}/dry-run${query({ limit: 50, cursor })}`),
  rehearse: (id: string, how: Record<string, unknown> = {}) => api.post<Rehearsal>(`/campaigns/${id}/rehearse`, how),
  rehearsal: (id: string) => api.get<Rehearsal>(`/rehearsals/${id}`),
  stopRehearsal: (id: string) => api.post<Rehearsal>(`/rehearsals/${id}/stop`),
  lists: () => api.get<Page<{ name: string; total: number }>>('/lists?limit=1000'),
  recordTypes: () => api.get<Page<{ name: string }>>('/record-types?limit=1000'),
  calendars: () => api.get<Page<{ name: string }>>('/calendars?limit=1000'),
}
