/** Times as people say them: 24 hours, today without its date, a span as minutes and seconds. */
import type { Language } from '.'

const two = (value: number) => String(value).padStart(2, '0')

/** 14:32 */
export function clock(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}`
}

/** 14:32:07 */
export function clockSeconds(at: Date): string {
  return `${clock(at)}:${two(at.getSeconds())}`
}

/** 0:51, or 1:02:07 from an hour on */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** 14:32 today, else 12月2日 14:32 / 2 Dec 14:32 (with the year when it is another one) */
export function dayAndClock(at: Date, language: Language | string, now: Date = new Date()): string {
  if (at.toDateString() === now.toDateString()) return clock(at)
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const)
  const day = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', { month: language === 'en' ? 'short' : 'long', day: 'numeric', ...year }).format(at)
  return `${day} ${clock(at)}`
}
