/** Messages by the other side, each thread where its newest one stands. */
import { type Message, peerOf } from '../../api/messages'

export interface Thread { key: string; peer: string; medium: 'sms' | 'mail'; messages: Message[]; waits: boolean; failed: boolean }

export const waits = (message: Message): boolean => message.became === 'inbox' && message.handled_at === null
export const isFailed = (message: Message): boolean => message.state === 'failed' || message.state === 'unknown'

/** `rows` are the newest first, and so are the threads and what is in them. */
export function threadsOf(rows: readonly Message[]): Thread[] {
  const found = new Map<string, Thread>()
  for (const row of rows) {
    const peer = peerOf(row)
    const key = `${row.medium} ${peer}`
    const thread = found.get(key) ?? { key, peer, medium: row.medium, messages: [], waits: false, failed: false }
    thread.messages.push(row)
    thread.waits ||= waits(row)
    thread.failed ||= isFailed(row) && row.handled_at === null
    found.set(key, thread)
  }
  return [...found.values()]
}
