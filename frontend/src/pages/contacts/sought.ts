/** What somebody looks for: a whole number or mail address is asked for as such, `key:` names a key, all else is a text. */
import type { Sought } from '../../api/contacts'

export function soughtBy(written: string): Sought {
  const text = written.trim()
  if (text === '') return {}
  const key = /^(key|键|编号)\s*[:：]\s*(.+)$/i.exec(text)
  if (key) return { key: key[2] ?? '' }
  const digits = text.replace(/[\s()-]/g, '')
  if (/^\+?\d{7,15}$/.test(digits)) return { address: digits }
  if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text)) return { address: text }
  return { text }
}
