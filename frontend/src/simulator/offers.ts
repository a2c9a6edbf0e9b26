/**
 * What may come of each thing that the flow asks for: the world is played by hand, and this is the hand.
 *
 * Keys, words and rows are typed in; all else is one of a few fates. What nobody would want to decide (a prompt is heard
 * to its end, a recording is begun) is answered by itself.
 */
import type { Command, TryEvent, TryTurn } from './turns'

export interface Offer { id: string; event: TryEvent }
/** What is typed in besides: rows of a look-up, the body of an answer, words that are spoken. */
export type Typed = 'rows' | 'body' | 'words' | 'result'
export interface Question { command: Command; offers: Offer[]; typed?: Typed }

const answer = (command: Command, type: string, more: Record<string, unknown> = {}): TryEvent => ({ type, command_id: command.id, ...more })
const failed = (command: Command): Offer => ({ id: 'failed', event: answer(command, 'command_failed', { reason: '' }) })
const fate = (command: Command, id: string): Offer => ({ id, event: answer(command, 'call_failed', { fate: id }) })
const done = (command: Command, id: string, type: string, more: Record<string, unknown> = {}): Offer => ({ id, event: answer(command, type, more) })

const TALKED = 60

type Making = (command: Command) => Omit<Question, 'command'>

const QUESTIONS: Record<string, Making> = {
  answer: (command) => ({ offers: [done(command, 'answered', 'call_answered', { leg: command['leg'] }), failed(command)] }),
  place_call: (command) => ({
    offers: [
      done(command, 'answered', 'call_answered'), done(command, 'machine', 'call_answered', { by: 'machine' }),
      fate(command, 'busy'), fate(command, 'no_answer'), fate(command, 'failed'),
    ],
  }),
  play_prompt: (command) => ({ offers: [done(command, 'heard', 'playback_finished'), failed(command)] }),
  gather: (command) => ({ offers: [done(command, 'no_input', 'digits_gathered', { digits: '', ended_by: 'timeout' }), failed(command)] }),
  listen: (command) => ({
    typed: 'words',
    offers: [done(command, 'silent', 'speech_heard', { spoke: false }), done(command, 'not_understood', 'speech_heard', { spoke: true }), failed(command)],
  }),
  record: (command) => ({ offers: [done(command, 'recorded', 'recorded', { asset: 'recording', seconds: 5 }), done(command, 'empty', 'recorded'), failed(command)] }),
  dial: (command) => ({
    offers: [done(command, 'completed', 'dial_ended', { fate: 'completed', seconds: TALKED }), ...['busy', 'no_answer', 'failed'].map((id) => done(command, id, 'dial_ended', { fate: id }))],
  }),
  join_conference: (command) => ({
    offers: [done(command, 'talked', 'conference_ended', { fate: 'done', seconds: TALKED }), done(command, 'nobody', 'conference_ended', { fate: 'nobody' }), failed(command)],
  }),
  send_sms: (command) => ({ offers: [done(command, String(command['until'] ?? 'sent'), 'message_sent', { state: command['until'] ?? 'sent' }), failed(command)] }),
  send_fax: (command) => ({ offers: [done(command, 'sent', 'fax_sent', { pages: 1 }), fate(command, 'busy'), fate(command, 'no_answer'), fate(command, 'failed')] }),
  receive_fax: (command) => ({ offers: [done(command, 'received', 'fax_received', { asset: 'fax', pages: 1 }), failed(command)] }),
  send_mail: (command) => ({ offers: [done(command, 'sent', 'mail_sent'), failed(command)] }),
  lookup: (command) => ({ typed: 'rows', offers: [done(command, 'not_found', 'lookup_answered', { rows: [] }), failed(command)] }),
  http_request: (command) => ({ typed: 'body', offers: [done(command, 'server_error', 'http_answered', { status: 500, body: '' }), failed(command)] }),
  write_source: (command) => ({ offers: [done(command, 'written', 'source_written'), done(command, 'refused', 'source_written', { refused: true }), failed(command)] }),
  update_fields: (command) => ({ offers: [failed(command)] }),
  run_job: (command) => ({ typed: 'result', offers: [failed(command)] }),
  ask_adapter: (command) => ({ typed: 'result', offers: [failed(command)] }),
}

/** What can come of a command; the first offer is what mostly comes. */
export function questionOf(command: Command): Question {
  if (command.type === 'create_task') return { command, offers: decisions(command) }
  const made = QUESTIONS[command.type]
  return { command, ...(made ? made(command) : { offers: [done(command, 'done', 'command_done'), failed(command)] }) }
}

function decisions(command: Command): Offer[] {
  const ids = Array.isArray(command['decisions']) ? command['decisions'].map(String) : []
  return [...ids.map((id) => ({ id: `=${labelled(command, id)}`, event: answer(command, 'task_decided', { decision: id }) })), failed(command)]
}

function labelled(command: Command, id: string): string {
  const labels = command['labels'] as Record<string, string> | undefined
  return labels?.[id] ?? id
}

/** The phrases that a listening command understands, each with the words that mean it. */
export function phrasesOf(command: Command): { label: string; words: string[] }[] {
  return Array.isArray(command['phrases']) ? (command['phrases'] as { label: string; words: string[] }[]) : []
}

/** What a recognizer would make of these words: the phrase that has them, if one does. */
export function understood(command: Command, words: string): TryEvent {
  const said = words.trim().toLowerCase()
  const phrase = phrasesOf(command).find(({ label, words: known }) => [label, ...known].some((one) => one !== '' && said.includes(one.toLowerCase())))
  return answer(command, 'speech_heard', { label: phrase?.label ?? '', text: words.trim(), confidence: phrase ? 1 : 0, spoke: true })
}

/** What is typed in, as the event that it is. */
export function typedEvent(command: Command, typed: Typed, value: unknown): TryEvent {
  if (typed === 'rows') return answer(command, 'lookup_answered', { rows: value })
  if (typed === 'body') return answer(command, 'http_answered', { status: 200, body: value })
  return answer(command, 'job_finished', { result: value })
}

const OF_ITSELF = ['record_call', 'play_background', 'start_flow', 'answer']

/** What comes by itself of the commands that wait, or null: then it is somebody's turn. `asked` keeps prompts waiting. */
export function automatic(pending: readonly Command[], turn: TryTurn, asked: boolean): TryEvent | null {
  for (const command of pending) {
    if (command.type === 'answer') return answer(command, 'call_answered', { leg: command['leg'] })
    if (OF_ITSELF.includes(command.type)) return answer(command, 'command_done')
    if (command.type === 'update_fields') {
      const known = command['of'] === 'contact' ? turn.contact : turn.record
      return answer(command, 'fields_updated', { fields: { ...known, ...(command['fields'] as Record<string, unknown>) } })
    }
    if (command.type === 'play_prompt' && !asked) return answer(command, 'playback_finished')
  }
  return null
}

/** The fates of the next call that can be said before it is placed. */
export const NEXT_CALL = ['ask', 'answered', 'busy', 'no_answer', 'machine', 'failed'] as const
export type NextCall = (typeof NEXT_CALL)[number]

/** What becomes of a call whose fate was said beforehand. */
export function foretold(pending: readonly Command[], next: NextCall): TryEvent | null {
  if (next === 'ask') return null
  const call = pending.find((command) => command.type === 'place_call')
  return call ? (questionOf(call).offers.find((offer) => offer.id === next)?.event ?? null) : null
}
