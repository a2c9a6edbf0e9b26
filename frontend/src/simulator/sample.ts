/** Whom a try is with and what it is about: a record that is kept, or fields that are typed. */
import type { KeptRecord, RecordType } from './calls'

export interface Sample { contact: Record<string, unknown>; record: Record<string, unknown>; key: string | null }

const ROLES = ['phone', 'name', 'email', 'language', 'time_zone'] as const

/** The contact that a record is about, by the fields that its type names. */
export function contactOf(type: RecordType | null, record: Record<string, unknown>): Record<string, unknown> {
  const contact: Record<string, unknown> = {}
  for (const role of ROLES) {
    const field = type?.[role]
    const value = field ? record[field] : undefined
    if (value !== undefined && value !== null && value !== '') contact[role] = value
  }
  return contact
}

/** How a record is called in a list: its name and its key. */
export function labelOf(type: RecordType | null, record: KeptRecord): string {
  const name = type?.name ? record.data[type.name] : undefined
  return name ? `${String(name)} · ${record.key}` : record.key
}

/** A record for a flow whose type has none yet: every name with nothing in it, so that it can be filled in. */
export function blank(type: RecordType | null): Record<string, unknown> {
  return Object.fromEntries(Object.keys(type?.schema?.properties ?? {}).slice(0, 20).map((name) => [name, '']))
}

const PHONE = '13800000000'

export const first = (language: string): Sample => ({ contact: { phone: PHONE, language }, record: {}, key: null })
