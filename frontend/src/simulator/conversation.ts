/** What was heard, pressed, written and sent, in its order: the simulated session told as a conversation. */
import type { Command, TryEvent, TryTurn } from './turns'

export type Entry = { key: string; turn: number; at: string } & (
  | { kind: 'heard'; parts: Part[]; language: string; seconds: number; asks: 'keys' | 'words' | null }
  | { kind: 'keys'; keys: string; secret: boolean }
  | { kind: 'spoken'; text: string }
  | { kind: 'sms' | 'fax' | 'mail'; to: string; text: string; subject: string; command: string; state: string }
  | { kind: 'wrote'; text: string }
  | { kind: 'line'; words: string; values: Record<string, string> }
)
export type Part = { type: string; text?: string; language?: string; digits?: string; asset?: string; seconds?: number }

const HAN_PER_SECOND = 4.8
const LATIN_PER_SECOND = 13
const AUDIO_SECONDS = 3
/** What is waited for once the prompt of such a command was heard. */
const ASKS: Record<string, 'keys' | 'words'> = { gather: 'keys', listen: 'words' }

const text = (value: unknown): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value))

export function conversation(turns: readonly TryTurn[]): Entry[] {
  const commands = new Map<string, Command>()
  const all: Entry[] = []
  for (const turn of turns) {
    let count = 0
    const where = () => ({ key: `${turn.number}-${count++}`, turn: turn.number, at: turn.at })
    if (turn.advance_clock) all.push({ ...where(), kind: 'line', words: 'wound', values: { wound: turn.advance_clock } })
    for (const event of turn.events) {
      const entry = happened(event, commands)
      if (entry) all.push({ ...where(), ...entry })
    }
    if (!turn.heard && turn.event) all.push({ ...where(), ...line('unheard') })
    for (const command of turn.commands) {
      commands.set(command.id, command)
      const entry = asked(command)
      if (entry) all.push({ ...where(), ...entry })
    }
    if (turn.status !== 'running' && turn.status !== 'waiting') all.push({ ...where(), kind: 'line', words: 'ended', values: { status: turn.status, outcome: turn.outcome ?? '' } })
  }
  return withFates(all, turns)
}

type Told = Entry extends infer One ? (One extends Entry ? Omit<One, 'key' | 'turn' | 'at'> : never) : never

function line(words: string, values: Record<string, string> = {}): Told {
  return { kind: 'line', words, values }
}

function happened(event: TryEvent, commands: Map<string, Command>): Told | null {
  const command = commands.get(text(event['command_id']))
  switch (event.type) {
    case 'call_offered': return line('offered', { caller: text(event['caller']), called: text(event['called']) })
    case 'call_answered':
      if (command?.type === 'answer') return line('taken')
      return line(event['by'] === 'machine' ? 'machine' : 'answered', { to: text(command?.['to']) })
    case 'call_failed': return command?.type === 'send_fax' ? null : line(text(event['fate']) || 'failed', { to: text(command?.['to']) })
    case 'call_ended': return line('hungUp')
    case 'digits_gathered': return event['digits'] ? { kind: 'keys', keys: text(event['digits']), secret: command?.['secret'] === true } : line('noKey')
    case 'speech_heard': return event['text'] ? { kind: 'spoken', text: text(event['text']) } : line(event['spoke'] ? 'notUnderstood' : 'silent')
    case 'message_received': return { kind: 'wrote', text: text(event['text']) }
    case 'dial_ended': return line('dialled', { fate: text(event['fate']) })
    case 'conference_ended': return line('conference', { fate: text(event['fate']) })
    case 'recorded': return line(event['seconds'] ? 'recorded' : 'recordedNothing')
    case 'lookup_answered': return line('lookedUp', { rows: String(Array.isArray(event['rows']) ? event['rows'].length : 0) })
    case 'http_answered': return line('http', { status: text(event['status']) })
    case 'source_written': return line(event['refused'] ? 'writtenRefused' : 'written')
    case 'fields_updated': return line('updated')
    case 'task_decided': return line('decided', { decision: text(event['decision']) })
    case 'timer_fired': return line('timer')
    case 'signal_received': return line('signal', { name: text(event['name']) })
    case 'fax_received': return line('faxReceived')
    case 'command_failed': return command && SENT.includes(command.type) ? null : line('notDone')
    default: return null
  }
}

const SENT = ['send_sms', 'send_fax', 'send_mail']

function asked(command: Command): Told | null {
  const message = { to: text(command['to']), command: command.id, state: '', subject: '' }
  switch (command.type) {
    case 'play_prompt':
    case 'gather':
    case 'listen': {
      const parts = Array.isArray(command['prompt']) ? (command['prompt'] as Part[]) : []
      if (parts.length === 0) return null
      const language = parts.find((part) => part.language)?.language ?? ''
      return { kind: 'heard', parts, language, seconds: secondsOf(parts), asks: ASKS[command.type] ?? null }
    }
    case 'send_sms': return { kind: 'sms', ...message, text: text(command['text']) }
    case 'send_fax': return { kind: 'fax', ...message, text: text(command['document']) }
    case 'send_mail': return { kind: 'mail', ...message, subject: text(command['subject']), text: text(command['text']) }
    case 'place_call': return line('calls', { to: text(command['to']) })
    case 'dial': return line('dials', { to: Array.isArray(command['to']) ? command['to'].join(', ') : text(command['to']) })
    case 'join_conference': return line('joins', { room: text(command['room']) })
    case 'record': return line('records')
    case 'lookup': return line('looksUp', { what: text(command['query']) })
    case 'http_request': return line('asksServer', { what: text(command['url']) })
    case 'write_source': return line('writesBack', { what: text(command['statement']) })
    case 'create_task': return line('task', { title: text(command['title']) })
    case 'hang_up': return line('weHungUp')
    case 'start_flow': return line('startsFlow', { flow: text(command['flow']) })
    default: return null
  }
}

/** Each message with what became of it. */
function withFates(entries: Entry[], turns: readonly TryTurn[]): Entry[] {
  const fates = new Map<string, string>()
  for (const event of turns.flatMap((turn) => turn.events)) {
    const state = { message_sent: text(event['state']), fax_sent: 'sent', mail_sent: 'sent', command_failed: 'failed', call_failed: text(event['fate']) }[event.type]
    if (state) fates.set(text(event['command_id']), state)
  }
  return entries.map((entry) => ('command' in entry ? { ...entry, state: fates.get(entry.command) ?? 'pending' } : entry))
}

/** The words of a prompt, pauses and recordings left out or named by their asset. */
export function wordsOf(parts: readonly Part[]): string {
  const heard = parts.map((part) => part.text ?? (part.digits ? [...part.digits].join(' ') : part.asset ? `♪ ${part.asset}` : ''))
  return heard.filter(Boolean).reduce((all, one) => all + (needsSpace(all, one) ? ' ' : '') + one, '')
}

function needsSpace(before: string, next: string): boolean {
  return before !== '' && /[\p{Script=Latin}\d.,!?]$/u.test(before) && !/^[\s.,!?，。！？、]/u.test(next)
}

function secondsOf(parts: readonly Part[]): number {
  const all = parts.reduce((sum, part) => sum + (part.seconds ?? 0) + (part.asset ? AUDIO_SECONDS : 0) + spoken(part.text ?? '') + (part.digits?.length ?? 0) * 0.5, 0)
  return Math.max(1, Math.round(all))
}

function spoken(words: string): number {
  const signs = [...words.trim()]
  const han = signs.filter((sign) => /\p{Script=Han}/u.test(sign)).length
  return han / HAN_PER_SECOND + (signs.length - han) / LATIN_PER_SECOND
}
