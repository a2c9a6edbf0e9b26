/** What passed between us and one person over all media, in the order of time; and where he may be reached. */
import type { Consent, Entry, Medium, WholeContact } from '../../api/contacts'

export interface Passed {
  key: string
  at: string
  medium: 'voice' | 'sms' | 'mail' | 'flow'
  /** `in`: he to us. */
  direction: 'in' | 'out' | null
  session: string | null
  /** The address on his side. */
  address: string
  /** What became of it, as the API calls it. */
  fate: string
  text: string
  subject: string | null
  reason: string | null
  seconds: number | null
  flow: string | null
}

export function timelineOf(person: WholeContact): Passed[] {
  const calls = person.calls.map((call): Passed => {
    const incoming = call.direction === 'in'
    return {
      key: `call ${call.session} ${call.leg}`, at: call.started_at, medium: 'voice', direction: incoming ? 'in' : 'out', session: call.session,
      address: incoming ? call.caller : call.called, fate: call.fate ?? (call.answered_at ? 'answered' : call.state), text: '', subject: null, reason: call.cause,
      seconds: call.answered_at && call.ended_at ? (Date.parse(call.ended_at) - Date.parse(call.answered_at)) / 1000 : null, flow: call.flow,
    }
  })
  const messages = person.messages.map((message): Passed => ({
    key: `message ${message.id}`, at: message.states[0]?.at ?? '', medium: message.medium, direction: message.direction, session: message.session,
    address: message.direction === 'in' ? message.sender : message.receiver, fate: message.state, text: message.text, subject: message.subject,
    reason: message.reason, seconds: null, flow: null,
  }))
  const sessions = person.sessions.map((session): Passed => ({
    key: `session ${session.id}`, at: session.started_at, medium: 'flow', direction: null, session: session.id, address: '', fate: session.status,
    text: session.outcome ?? '', subject: null, reason: null, seconds: null, flow: session.flow,
  }))
  return [...calls, ...messages, ...sessions].sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || a.key.localeCompare(b.key))
}

export interface Reach { medium: Medium; barred: Entry | null; consent: Consent | null }

/** By which media an address is reached, and whether it may be. */
export function reachOf(person: WholeContact, address: string): Reach[] {
  const media: Medium[] = address.includes('@') ? ['mail'] : ['voice', 'sms']
  return media.map((medium) => ({
    medium,
    barred: person.do_not_contact.find((one) => one.address === address && one.medium === medium) ?? null,
    consent: person.consents.find((one) => one.address === address && one.medium === medium) ?? null,
  }))
}

/** Whether only the ends of an address are shown, so that nothing can be done to it. */
export const isMasked = (address: string): boolean => address.includes('*')

/** The day of an entry, by which a timeline is cut. */
export function dayOf(at: string, language: string, now: Date = new Date()): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return ''
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const)
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', { month: 'long', day: 'numeric', weekday: 'short', ...year }).format(date)
}
