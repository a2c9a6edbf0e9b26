/** What waits for a person: tasks, messages that fit nowhere, and what could not be sent. */
import { api } from './client'
import type { Contact, JsonSchema, Page } from './types'

export type TaskState = 'open' | 'decided' | 'withdrawn'
export interface Task {
  id: string
  title: string
  role: string
  state: TaskState
  decisions: { id: string; label: string }[]
  form: JsonSchema
  session: string
  flow: string | null
  /** Of a draft that is called before it is published: counted nowhere. */
  trial: boolean
  node: string | null
  contact: Contact
  created_at: string
  due_at: string | null
  decision: string | null
  decided_by: string | null
  decided_at: string | null
}
/** What could not be sent, or of which nobody knows whether it was. */
export interface Letter {
  id: string
  session: string
  gateway: string
  state: string
  command: { type?: string; to?: string; text?: string; subject?: string; url?: string } | null
  attempts: number
  reason: string | null
  updated_at: string
}

const more = (cursor?: string | null, trials = true) => `${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}${trials ? '' : '&trials=false'}`

export const tasks = {
  list: (state: TaskState = 'open', limit = 50, cursor?: string | null) => api.get<Page<Task>>(`/tasks?state=${state}&limit=${limit}${more(cursor)}`),
  /** The newest that figures count. */
  counted: (limit: number) => api.get<Page<Task>>(`/tasks?state=open&limit=${limit}${more(null, false)}`),
  one: (id: string) => api.get<Task>(`/tasks/${id}`),
  decide: (id: string, decision: string, form: Record<string, unknown>) => api.post<Task>(`/tasks/${id}/decide`, { decision, form }),
}
export const letters = {
  failed: (limit = 50, cursor?: string | null) => api.get<Page<Letter>>(`/outbox?state=dead,unknown&handled=false&limit=${limit}${more(cursor)}`),
  counted: (limit: number) => api.get<Page<Letter>>(`/outbox?state=dead,unknown&handled=false&limit=${limit}${more(null, false)}`),
  resend: (id: string) => api.post<Letter>(`/outbox/${id}/resend`),
  dismiss: (id: string) => api.post<Letter>(`/outbox/${id}/dismiss`),
}
