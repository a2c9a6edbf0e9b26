/** Times as people write them, and what they mean in words. The server has the last word on what is valid. */
import type { TFunction } from 'i18next'
import type { JsonSchema } from './schema'

export interface Duration { days: number; hours: number; minutes: number; seconds: number; before: boolean }

const SHORT = /^([+-]?)((?:\d{1,9}[wdhms])+)$/
const ISO = /^([+-]?)P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?$/

/** The length of time that a text is: `90s`, `2h30m`, `-1d`, `P3D`; nothing if it is none. */
export function parseDuration(text: string): Duration | undefined {
  const short = SHORT.exec(text.replace(/ /g, '').toLowerCase())
  if (short) {
    const parts = [...(short[2] ?? '').matchAll(/(\d+)([wdhms])/g)].map(([, count, unit]) => [unit, Number(count)] as const)
    const by = new Map(parts)
    if (by.size < parts.length) return undefined
    const of = (unit: string) => by.get(unit) ?? 0
    return { days: of('w') * 7 + of('d'), hours: of('h'), minutes: of('m'), seconds: of('s'), before: short[1] === '-' }
  }
  const written = text.trim().toUpperCase()
  const iso = ISO.exec(written)
  if (!iso || written.endsWith('T') || iso.slice(2).every((one) => one === undefined)) return undefined
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = iso.slice(2).map((one) => Number(one ?? 0))
  return { days: weeks * 7 + days, hours, minutes, seconds, before: iso[1] === '-' }
}

/** A length of time in words: "2 days, 3 hours", "2 天 3 小时". The minutes of `90m` are told as hours. */
export function durationWords(duration: Duration, language: string): string {
  const all = (duration.hours * 60 + duration.minutes) * 60 + duration.seconds
  const counts = [['day', duration.days], ['hour', Math.floor(all / 3600)], ['minute', Math.floor(all / 60) % 60], ['second', all % 60]] as const
  const said = counts.filter(([, count]) => count > 0)
  const shown = said.length > 0 ? said : ([['second', 0]] as const)
  const words = shown.map(([unit, count]) => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count))
  // Chinese is set with a gap between digits and characters.
  return new Intl.ListFormat(language, { type: 'unit', style: 'long' }).format(words).replace(/(?<=\d)(?=\p{Script=Han})|(?<=\p{Script=Han})(?=\d)/gu, ' ')
}

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?$/
const DAY = /^(\d{4})-(\d\d)-(\d\d)(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?)?$/

/** True for a time of day such as `9:30`. */
export const isClock = (text: string): boolean => CLOCK.test(text.trim())

/** A time of day as it is kept, whatever keys wrote it: `930`, `9：30` and `9.30` are 09:30. The rest stays as it is. */
export function tidyClock(text: string): string {
  const plain = text.trim().replace(/[０-９：．]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
  const [, hours, minutes] = /^(\d{1,2})[:.]?(\d\d)$/.exec(plain) ?? /^(\d{1,2})$/.exec(plain) ?? []
  if (hours === undefined) return plain
  const tidy = `${hours.padStart(2, '0')}:${minutes ?? '00'}`
  return isClock(tidy) || tidy === '24:00' ? tidy : plain
}

/** A date, or a date with time, in words; nothing if it is none, or carries a zone that would have to be reckoned with. */
export function dateWords(text: string, language: string): string | undefined {
  const [, year, month, day, hours, minutes] = DAY.exec(text.trim()) ?? []
  if (year === undefined) return undefined
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hours ?? 0), Number(minutes ?? 0)))
  if (date.getUTCDate() !== Number(day)) return undefined
  const time = hours === undefined ? {} : { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  return new Intl.DateTimeFormat(language, { timeZone: 'UTC', weekday: 'short', year: 'numeric', month: 'long', day: 'numeric', ...time }).format(date)
}

/** What a text of this widget means; nothing for one that is a template, or is not understood. */
export function meaningOf(schema: JsonSchema, text: string, language: string, t: TFunction): string | undefined {
  if (text.trim() === '' || text.includes('{')) return undefined
  const duration = schema.widget === 'moment' ? undefined : parseDuration(text)
  if (duration) {
    const words = durationWords(duration, language)
    return schema.widget === 'offset' ? t(duration.before ? 'form.before' : 'form.after', { duration: words }) : words
  }
  if (schema.widget === 'duration' || schema.widget === 'offset') return undefined
  return isClock(text) ? t('form.nextTime', { time: tidyClock(text) }) : dateWords(text, language)
}
