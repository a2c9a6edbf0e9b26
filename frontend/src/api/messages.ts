/** Texts and mail, both ways, each with its fate. */
import { api } from './client'
import type { Page } from './types'

export type MessageState = 'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'unknown' | 'stopped' | 'received'
export interface Message {
  id: string
  direction: 'in' | 'out'
  medium: 'sms' | 'mail'
  session: string | null
  gateway: string
  sender: string
  receiver: string
  text: string
  subject: string | null
  parts: number
  price: string | null
  currency: string | null
  reference: string | null
  state: MessageState
  states: { state: string; at: string }[]
  reason: string | null
  became: string | null
  attachments: { asset: string; name: string; media_type: string; size: number }[]
  written_by: string | null
  handled_by: string | null
  handled_at: string | null
}
export interface MessagesWanted { direction?: 'in' | 'out' | null; medium?: 'sms' | 'mail' | null; state?: string | null; number?: string; became?: string | null; handled?: boolean | null; trials?: boolean; session?: string; limit?: number; cursor?: string | null }

export const messages = {
  list: (wanted: MessagesWanted = {}) => {
    const given = Object.entries(wanted).filter(([, value]) => value !== undefined && value !== null && value !== '')
    return api.get<Page<Message>>(`/messages?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`)
  },
  send: (body: { to: string; text: string; medium: 'sms' | 'mail'; subject?: string; answers?: string }) => api.post<Message>('/messages', body),
  resend: (id: string) => api.post<Message>(`/messages/${id}/resend`),
  handled: (id: string) => api.post<Message>(`/messages/${id}/handled`),
}

/** The other side of a message. */
export const peerOf = (message: Message): string => (message.direction === 'in' ? message.sender : message.receiver)
export const timeOf = (message: Message): string => message.states[0]?.at ?? ''
