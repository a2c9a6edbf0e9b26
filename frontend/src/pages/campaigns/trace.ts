/** The account of one person: which entry is the verdict, and how each looks. */
import type { Member, TraceEntry } from '../../api/campaigns'
import type { IconName } from '../../icons/paths'

export type Tone = 'ok' | 'wa' | 'er' | 'br' | ''
export interface Verdict { tone: Tone; words: string; until: string | null; why: string | null }

/** What holds now: the rules' word for one who waits, else why it is over for him. */
export function verdictOf(member: Member, entries: readonly TraceEntry[]): Verdict {
  const back = [...entries].reverse()
  const last = back.find((one) => one.kind === 'member.now') ?? back.find((one) => one.kind.startsWith('member.') && one.why !== null)
  // That one waits for a time says little; what put him off to it says more.
  const putOff = last?.why?.code === 'not_due' ? back.find((one) => one.kind === 'member.held_back')?.why : undefined
  const why = last?.kind === 'member.now' ? (putOff ?? last.why) : (member.why ?? last?.why ?? null)
  const next = typeof last?.values['next_at'] === 'string' ? last.values['next_at'] : member.next_at
  const tone: Tone = member.state === 'left_out' ? 'er' : member.state === 'under_way' ? 'br' : member.state === 'waiting' ? 'wa' : member.fate === 'answered' ? 'ok' : 'er'
  return { tone, words: last?.words ?? '', until: member.state === 'waiting' ? next : null, why: why?.words ?? null }
}

export function toneOf(entry: TraceEntry): Tone {
  switch (entry.kind) {
    case 'member.left_out': case 'consent.taken': case 'campaign.stopped': return 'er'
    case 'member.held_back': case 'campaign.paused': case 'member.taken_out': return 'wa'
    case 'member.put_in': case 'call.answered': case 'consent.given': return 'ok'
    case 'attempt.ended': return entry.values['completed'] ? 'ok' : 'wa'
    case 'member.now': return 'br'
    default: return ''
  }
}

const icons: [RegExp, IconName][] = [
  [/^member\.(held_back|left_out)$/, 'cap'], [/^member\.(retry|now)$/, 'clock'], [/^member\./, 'check'], [/^attempt\.started/, 'play'], [/^attempt\./, 'end'],
  [/^call\.came_in/, 'answer'], [/^call\./, 'call'], [/^message\./, 'sms'], [/^session\./, 'flow'], [/^consent\./, 'shield'], [/^(trigger|plan)\./, 'wait'], [/^campaign\./, 'horn'],
]

export const iconOf = (entry: TraceEntry): IconName => icons.find(([kind]) => kind.test(entry.kind))?.[1] ?? 'pulse'
