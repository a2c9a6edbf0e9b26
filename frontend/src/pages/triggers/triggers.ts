/** Triggers as they are written: what each kind needs, and a week's times as a rule of RFC 5545. */
import type { AnyTrigger } from '../../api/lines'

export const kinds = ['record', 'date', 'schedule', 'call', 'sms', 'fax', 'missed_call', 'manual'] as const
export type Kind = (typeof kinds)[number]

export interface Draft {
  kind: Kind; flow: string | null; number: string; keyword: string; record_type: string | null; on: string[]; changed: string | null; when: string
  cancel_when: string; once: string | null; field: string | null; offset: string; at: string; if_past: string | null; days: string[]; times: string; audience: string | null
  /** A rule that says more than days and times. */
  rrule: string | null
  /** What it is told besides, which no field shows: it stays. */
  rest: Record<string, unknown>
}

export const empty: Draft = {
  kind: 'record', flow: null, number: '', keyword: '', record_type: null, on: ['created'], changed: null, when: '', cancel_when: '', once: null,
  field: null, offset: '-1d', at: '10:00', if_past: null, days: ['MO', 'TU', 'WE', 'TH', 'FR'], times: '09:00', audience: null,
  rrule: null, rest: {},
}

export const days = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const
const some = <T>(name: string, value: T | null | '' | undefined): Record<string, T> => (value === null || value === '' || value === undefined ? {} : { [name]: value })

const shown: Record<string, readonly string[]> = {
  record: ['record_type', 'on', 'changed', 'when', 'cancel_when', 'once'], date: ['record_type', 'field', 'offset', 'at', 'if_past', 'when', 'cancel_when', 'once'], schedule: ['rrule', 'audience'],
}
const ofEvery = ['id', 'kind', 'flow', 'number', 'keyword', 'enabled', 'created_at']

/** A trigger that there is, as the form has it. */
export function draftOf(trigger: AnyTrigger): Draft {
  const told = (name: string): string => (typeof trigger[name] === 'string' ? trigger[name] : '')
  const audience = (trigger['audience'] ?? {}) as { record_type?: string; when?: string }
  const week = weekOf(told('rrule'))
  const fields = [...ofEvery, ...(shown[trigger.kind] ?? [])]
  return {
    ...empty, kind: trigger.kind as Kind, flow: trigger.flow, number: trigger.number ?? '', keyword: [trigger.keyword ?? []].flat().join(', '),
    record_type: told('record_type') || null, on: Array.isArray(trigger['on']) ? (trigger['on'] as string[]) : ['created', 'updated'], changed: told('changed') || null,
    when: told('when') || (audience.when ?? ''), cancel_when: told('cancel_when'), once: told('once') || null, field: told('field') || null, offset: told('offset'), at: told('at'), if_past: told('if_past') || null,
    ...(week ?? {}), rrule: week === null ? told('rrule') || null : null, audience: audience.record_type ?? null,
    rest: Object.fromEntries(Object.entries(trigger).filter(([name, value]) => !fields.includes(name) && value !== null)),
  }
}

/** What is sent: of each kind its own fields, and those alone that were filled in. */
export function bodyOf(draft: Draft): Record<string, unknown> {
  const { kind } = draft
  const about = { ...draft.rest, kind, flow: draft.flow ?? '' }
  if (kind === 'call' || kind === 'fax' || kind === 'missed_call') return { ...about, ...some('number', bare(draft.number)) }
  if (kind === 'sms') {
    const words = draft.keyword.split(/[\s,，;；]+/).filter((one) => one !== '')
    return { ...about, ...some('number', bare(draft.number)), ...(words.length > 0 ? { keyword: words } : {}) }
  }
  const conditions = { ...some('when', draft.when.trim()), ...some('cancel_when', draft.cancel_when.trim()), ...some('once', draft.once) }
  if (kind === 'record') return { ...about, ...some('record_type', draft.record_type), on: draft.on, ...some('changed', draft.changed), ...conditions }
  if (kind === 'date') {
    return { ...about, ...some('record_type', draft.record_type), ...some('field', draft.field), ...some('offset', draft.offset.trim()), ...some('at', draft.at.trim()), ...some('if_past', draft.if_past), ...conditions }
  }
  if (kind === 'schedule') {
    return { ...about, rrule: draft.rrule ?? rruleOf(draft.days, draft.times), ...(draft.audience ? { audience: { record_type: draft.audience, ...some('when', draft.when.trim()) } } : {}) }
  }
  return about
}

const bare = (number: string): string => number.replace(/[\s()-]/g, '')

/** "09:00, 14:30" on some days of the week. Minutes and hours of a rule cross, so all times have the minutes of the first. */
export function rruleOf(on: readonly string[], times: string): string {
  const found = [...times.matchAll(/(\d{1,2})[:：](\d{2})/g)].map((match) => [Number(match[1]), Number(match[2])] as const)
  const hours = [...new Set(found.map(([hour]) => hour))].sort((a, b) => a - b)
  const listed = days.filter((day) => on.includes(day))
  const week = listed.length === 7 || listed.length === 0 ? 'FREQ=DAILY' : `FREQ=WEEKLY;BYDAY=${listed.join(',')}`
  return `${week};BYHOUR=${hours.join(',') || '9'};BYMINUTE=${found[0]?.[1] ?? 0}`
}

/** The same read back; null for a rule that says more than days and times. */
export function weekOf(rrule: string): { days: string[]; times: string } | null {
  const parts = Object.fromEntries(rrule.split(';').map((part) => part.split('=') as [string, string]))
  const known = new Set(['FREQ', 'BYDAY', 'BYHOUR', 'BYMINUTE'])
  if (Object.keys(parts).some((name) => !known.has(name)) || !['WEEKLY', 'DAILY'].includes(parts['FREQ'] ?? '') || !parts['BYHOUR']) return null
  if (parts['FREQ'] === 'WEEKLY' && !parts['BYDAY']) return null
  const on = parts['BYDAY']?.split(',') ?? [...days]
  if (on.some((day) => !(days as readonly string[]).includes(day))) return null
  const minute = (parts['BYMINUTE'] ?? '0').padStart(2, '0')
  return { days: on, times: parts['BYHOUR'].split(',').map((hour) => `${hour.padStart(2, '0')}:${minute}`).join(', ') }
}
