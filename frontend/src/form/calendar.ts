/** A calendar as the document holds it, and its edits: pure, and nothing it does not know is lost. */
import { isRecord } from './value'

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof weekdays)[number]
export type Span = [string, string]
export type Calendar = Record<string, unknown>

/** The hours of a day; what is no pair of times is shown as far as it is one. */
export function spansOf(hours: unknown): Span[] {
  if (!Array.isArray(hours)) return []
  return (hours as unknown[]).map((span) => (Array.isArray(span) ? [text(span[0]), text(span[1])] : ['', '']))
}

const text = (value: unknown): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value))

export const weekOf = (calendar: Calendar): Record<string, unknown> => (isRecord(calendar['week']) ? calendar['week'] : {})
export const exceptionsOf = (calendar: Calendar): Record<string, unknown> => (isRecord(calendar['except']) ? calendar['except'] : {})

/** The hours of a weekday; none is closed, and stands nowhere. */
export function withDay(calendar: Calendar, day: Weekday, spans: readonly Span[]): Calendar {
  return withDays(calendar, [day], spans)
}

/** The same hours on several weekdays, in the order of the week. */
export function withDays(calendar: Calendar, days: readonly Weekday[], spans: readonly Span[]): Calendar {
  const before = weekOf(calendar)
  const changed = new Set<string>(days)
  const order = [...weekdays, ...Object.keys(before).filter((day) => !(weekdays as readonly string[]).includes(day))]
  const entries = order.flatMap((day) => {
    if (!changed.has(day)) return day in before ? [[day, before[day]] as const] : []
    return spans.length > 0 ? [[day, spans.map((span) => [...span])] as const] : []
  })
  return { ...calendar, week: Object.fromEntries(entries) }
}

/** One more range after those there are: the afternoon after a morning, else a working day. */
export function nextSpan(spans: readonly Span[]): Span {
  const end = minutes(spans.at(-1)?.[1] ?? '')
  if (spans.length === 0 || end === null) return ['09:00', '17:30']
  const from = Math.min(end + 60, 23 * 60)
  return [clock(from), clock(Math.max(from + 30, Math.min(from + 4 * 60, 24 * 60)))]
}

/** The hours of one date; an empty list is closed that day. */
export function withException(calendar: Calendar, date: string, spans: readonly Span[]): Calendar {
  return { ...calendar, except: { ...exceptionsOf(calendar), [date]: spans.map((span) => [...span]) } }
}

export function withoutException(calendar: Calendar, date: string): Calendar {
  const left = Object.entries(exceptionsOf(calendar)).filter(([one]) => one !== date)
  if (left.length > 0) return { ...calendar, except: Object.fromEntries(left) }
  return Object.fromEntries(Object.entries(calendar).filter(([name]) => name !== 'except'))
}

/** The same hours on another date; one that is taken stays as it is. */
export function movedException(calendar: Calendar, from: string, to: string): Calendar {
  const before = exceptionsOf(calendar)
  if (from === to || to in before) return calendar
  return { ...calendar, except: Object.fromEntries(Object.entries(before).map(([date, hours]) => [date === from ? to : date, hours])) }
}

/** The first date from tomorrow on that has no exception yet. */
export function freeDate(calendar: Calendar, today: Date): string {
  const taken = exceptionsOf(calendar)
  const day = new Date(Date.UTC(today.getFullYear(), today.getMonth(), today.getDate()))
  do day.setUTCDate(day.getUTCDate() + 1)
  while (day.toISOString().slice(0, 10) in taken)
  return day.toISOString().slice(0, 10)
}

/** A member of its own, such as the country; nothing takes it out. */
export function withSetting(calendar: Calendar, name: 'holidays' | 'time_zone', value: string | undefined): Calendar {
  const rest = Object.fromEntries(Object.entries(calendar).filter(([one]) => one !== name))
  return value ? { ...rest, [name]: value } : rest
}

function minutes(time: string): number | null {
  const [, hours, rest] = /^(\d{1,2}):(\d\d)/.exec(time) ?? []
  return hours === undefined ? null : Number(hours) * 60 + Number(rest)
}

const clock = (at: number): string => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`
