/** People whom records are about: where they are reached, what was sent and said, what they agreed to; forgetting one. */
import { api } from './client'
import { queryOf, type Data, type RecordRow } from './records'
import type { CampaignState, MemberState, Why } from './campaigns'
import type { Page, SessionRow } from './types'

export interface ContactRow { id: string; key: string; fields: Data; created_at: string; updated_at: string }
export interface Address { address: string; current: boolean; since: string }
export type Medium = 'sms' | 'mail' | 'voice'
export interface Entry { medium: Medium; address: string; source: string; reason: string; by: string | null; message: string | null; at: string }
export interface Consent extends Entry { id: string; given: boolean }
export interface Call {
  session: string; leg: string; flow: string; direction: string; caller: string; called: string; state: string
  started_at: string; answered_at: string | null; ended_at: string | null; cause: string | null; trunk: string | null; fate: string | null
}
export interface Message {
  id: string; direction: 'in' | 'out'; medium: 'sms' | 'mail'; session: string | null; sender: string; receiver: string; text: string
  subject: string | null; state: string; states: { state: string; at: string }[]; reason: string | null
}
/** A campaign that somebody is in, and how he stands there. */
export interface InCampaign { campaign: string; name: string; campaign_state: CampaignState; member: string; state: MemberState; next_at: string | null; why: Why | null }
export interface WholeContact extends ContactRow {
  addresses: Address[]; records: RecordRow[]; sessions: SessionRow[]; calls: Call[]; messages: Message[]; consents: Consent[]; do_not_contact: Entry[]; campaigns: InCampaign[]
}
export interface Erasure { id: string; person: string; counts: Record<string, number>; by: string; reason: string; at: string }
export interface Sought { text?: string; address?: string; key?: string }

export const contacts = {
  list: (sought: Sought, cursor: string | null) => api.get<Page<ContactRow>>(`/contacts?${queryOf({ ...sought, cursor: cursor ?? '', limit: '50' })}`),
  one: (id: string) => api.get<WholeContact>(`/contacts/${id}`),
  erase: (id: string, reason: string) => api.post<Erasure>(`/contacts/${id}/erase`, { reason }),
  erasures: (key: string, cursor: string | null) => api.get<Page<Erasure>>(`/erasures?${queryOf({ key, cursor: cursor ?? '', limit: '50' })}`),
  bar: (medium: Medium, address: string, reason: string) => api.post<Entry>('/do-not-contact', { medium, address, source: 'person', reason }),
  unbar: (medium: Medium, address: string) => api.delete(`/do-not-contact/${medium}/${encodeURIComponent(address)}`),
}
