/** The virtual clock: what it shows, and how far it has to be wound. Times keep the zone in which they were given. */
import type { Language } from '../i18n'

const WRITTEN = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})/
const two = (value: number) => String(value).padStart(2, '0')

/** `10:01:12` as the written time has it, whatever the zone of this computer. */
export function timeOfDay(at: string): string {
  const [, , , , hour, minute, second] = WRITTEN.exec(at) ?? []
  return hour ? `${hour}:${minute}:${second}` : ''
}

/** `12月2日 周三` or `Wed 2 Dec` */
export function dayOf(at: string, language: Language | string): string {
  const [, year, month, day] = WRITTEN.exec(at) ?? []
  if (!year) return ''
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  const words = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', { ...options, timeZone: 'UTC' }).format(date)
  if (language === 'en') return `${words({ weekday: 'short' })} ${words({ day: 'numeric', month: 'short' })}`
  return `${words({ month: 'long', day: 'numeric' })} ${words({ weekday: 'short' })}`
}

/** A moment of this computer as it is written with its own zone, without parts of a second. */
export function written(at: Date): string {
  const zone = -at.getTimezoneOffset()
  const sign = zone < 0 ? '-' : '+'
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  return `${day}T${time}${sign}${two(Math.floor(Math.abs(zone) / 60))}:${two(Math.abs(zone) % 60)}`
}

/** The value of a field for date and time, in this computer's zone: `2026-12-02T10:00`. */
export const fieldValue = (at: Date): string => written(at).slice(0, 16)

/** Whole seconds from one moment to the other, not less than one. */
export function secondsTo(from: string, to: string): number {
  return Math.max(1, Math.ceil((Date.parse(to) - Date.parse(from)) / 1000))
}

/** What the designer is told to wind: `45s`. */
export const wound = (seconds: number): string => `${Math.max(1, Math.round(seconds))}s`

export interface Length { days: number; hours: number; minutes: number; seconds: number }

/** A length in the two largest of its units, so that it can be read at a glance. */
export function lengthOf(seconds: number): Length {
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor((seconds % 86_400) / 3600)
  const minutes = days > 0 ? 0 : Math.floor((seconds % 3600) / 60)
  return { days, hours, minutes, seconds: days > 0 || hours > 0 ? 0 : seconds % 60 }
}

type Say = (key: string, values: Record<string, unknown>) => string

/** `9 天 4 小时`, `15 min` */
export function lengthWords(seconds: number, t: Say): string {
  const length = lengthOf(seconds)
  const parts = (['days', 'hours', 'minutes', 'seconds'] as const).filter((unit) => length[unit] > 0).map((unit) => t(`try.${unit}`, { count: length[unit] }))
  return parts.slice(0, 2).join(' ') || t('try.seconds', { count: 0 })
}
