/** What the form of a campaign holds, from and to the API's body; lengths stay as people write them: 10m, 2h, 3d. */
import type { Audience, Campaign, CampaignBody, RetryRule, WindowRule } from '../../api/campaigns'
import type { Fault } from '../../api/types'

export type AudienceKind = 'record_type' | 'list' | 'file' | 'contacts'
export interface Draft {
  name: string
  flow: string
  kind: AudienceKind
  recordType: string
  when: string
  list: string
  file: string
  phoneColumn: string
  contacts: string
  windows: WindowRule[]
  holidays: string | null
  calendar: string | null
  atOnce: number | null
  perSecond: number | null
  spread: string
  retries: RetryRule[]
  perDay: number
  inAll: number | null
  capContacts: number | null
  capPer: string
  priority: number
  budget: number | null
  failureRate: number | null
  until: string
  completed: string[]
  perMinute: number | null
  perText: number | null
}

export const workdays: WindowRule[] = [
  { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '12:00' },
  { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '14:00', to: '20:00' },
]

export const blank: Draft = {
  name: '', flow: '', kind: 'record_type', recordType: '', when: '', list: '', file: '', phoneColumn: '', contacts: '',
  windows: workdays, holidays: 'CN', calendar: null, atOnce: 10, perSecond: null, spread: '',
  retries: [{ fate: 'busy', after: '10m', times: 2 }, { fate: 'no_answer', after: '2h', times: 2 }],
  perDay: 3, inAll: null, capContacts: 1, capPer: '24h', priority: 50, budget: null, failureRate: 30, until: '', completed: [], perMinute: null, perText: null,
}

/** A line is a number or a mail address, then a name: `13800138000, 王芳`. */
export function peopleOf(text: string): { phone?: string; email?: string; name?: string }[] {
  return text.split('\n').map((line) => line.trim()).filter(Boolean).map((line) => {
    const [address = '', ...rest] = line.split(/[,，;；\t]/)
    const name = rest.join(' ').trim()
    const whom = address.includes('@') ? { email: address.trim() } : { phone: address.trim() }
    return name ? { ...whom, name } : whom
  })
}

function audienceOf(draft: Draft): Audience {
  switch (draft.kind) {
    case 'record_type':
      return { record_type: draft.recordType, ...(draft.when.trim() ? { when: draft.when.trim() } : {}) }
    case 'list':
      return { list: draft.list }
    case 'file':
      return { file: draft.file, ...(draft.phoneColumn.trim() ? { columns: { phone: draft.phoneColumn.trim() } } : {}) }
    case 'contacts':
      return { contacts: peopleOf(draft.contacts) }
  }
}

/** The body; after the start without what cannot be changed any more. */
export function bodyOf(draft: Draft, before: Campaign | null = null): Partial<CampaignBody> {
  const stop = {
    ...(draft.budget === null ? {} : { budget: draft.budget }),
    ...(draft.failureRate === null ? {} : { failure_rate: draft.failureRate / 100 }),
    ...(draft.until === '' ? {} : { until: new Date(draft.until).toISOString() }),
  }
  const begun = before !== null && before.state !== 'draft'
  return {
    name: draft.name.trim(),
    ...(begun ? {} : { flow: draft.flow, audience: audienceOf(draft) }),
    windows: draft.windows, holidays: draft.holidays, calendar: draft.calendar,
    pace: {
      ...(before?.pace ?? { warm_up: null }), at_once: draft.atOnce, calls_per_second: draft.perSecond, spread: begun ? before.pace.spread : draft.spread.trim() || null,
      ...(draft.atOnce === null && draft.perSecond === null ? { warm_up: null } : {}),
    },
    retries: draft.retries, attempts: { per_day: draft.perDay, in_all: draft.inAll },
    cap: draft.capContacts === null ? null : { contacts: draft.capContacts, per: draft.capPer },
    priority: draft.priority,
    stop_at: Object.keys(stop).length === 0 ? null : { ...(before?.stop_at ? { sample: before.stop_at.sample } : {}), ...stop } as CampaignBody['stop_at'] & object,
    completed: draft.completed,
    tariff: { ...before?.tariff, ...(draft.perMinute === null ? {} : { per_minute: draft.perMinute }), ...(draft.perText === null ? {} : { per_text: draft.perText }) },
  }
}

const local = (moment: string | null | undefined): string => {
  if (!moment) return ''
  const at = new Date(moment)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

export function draftOf(campaign: Campaign): Draft {
  const { audience } = campaign
  const named = Array.isArray(audience.contacts) ? audience.contacts : []
  return {
    ...blank,
    name: campaign.name, flow: campaign.flow,
    kind: audience.record_type !== undefined ? 'record_type' : audience.list !== undefined ? 'list' : audience.file !== undefined ? 'file' : 'contacts',
    recordType: audience.record_type ?? '', when: audience.when ?? '', list: audience.list ?? '', file: audience.file ?? '', phoneColumn: audience.columns?.['phone'] ?? '',
    contacts: named.map((one) => [one.phone ?? one['email'] ?? '', one.name].filter(Boolean).join(', ')).join('\n'),
    windows: campaign.windows, holidays: campaign.holidays, calendar: campaign.calendar,
    atOnce: campaign.pace.at_once, perSecond: campaign.pace.calls_per_second, spread: campaign.pace.spread ?? '',
    retries: campaign.retries, perDay: campaign.attempts.per_day, inAll: campaign.attempts.in_all,
    capContacts: campaign.cap?.contacts ?? null, capPer: campaign.cap?.per ?? '24h', priority: campaign.priority,
    budget: campaign.stop_at?.budget ?? null, failureRate: campaign.stop_at?.failure_rate == null ? null : Math.round(campaign.stop_at.failure_rate * 100),
    until: local(campaign.stop_at?.until), completed: campaign.completed, perMinute: campaign.tariff.per_minute ?? null, perText: campaign.tariff.per_text ?? null,
  }
}

/** The fault that belongs to a field: its path, or one inside it. */
export function faultAt(errors: readonly Fault[], path: string): string | undefined {
  return errors.find((one) => one.path === path || one.path.startsWith(`${path}.`))?.message
}

/** Faults of places that the form has no field for. */
export function otherFaults(errors: readonly Fault[], paths: readonly string[]): Fault[] {
  return errors.filter((one) => !paths.some((path) => one.path === path || one.path.startsWith(`${path}.`)))
}
