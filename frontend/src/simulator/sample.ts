/** Whom a try is with and what it is about: a record that is kept, or fields that are typed. */
import { trying, type KeptRecord, type RecordType } from './calls'

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

/** The contact and the record of a try about a kept record. */
export function about(type: RecordType | null, record: KeptRecord, language: string): Sample {
  return { contact: { language, ...contactOf(type, record.data) }, record: record.data, key: record.key }
}

/** The record that came last; of those that came at once the first. */
export function newest(records: readonly KeptRecord[]): KeptRecord | null {
  return records.reduce<KeptRecord | null>((last, one) => (last && (one.created_at ?? '') <= (last.created_at ?? '') ? last : one), null)
}

export interface Kept { type: RecordType | null; records: KeptRecord[] }

/** The kept records of a type. A flow may name one that nobody has made yet, or whose records one may not see: then there are none. */
export async function keptOf(name: string, signal?: AbortSignal): Promise<Kept> {
  if (name === '') return { type: null, records: [] }
  try {
    const [type, page] = await Promise.all([trying.recordType(name), trying.records(name, signal)])
    return { type, records: page.items }
  } catch {
    return { type: null, records: [] }
  }
}

/** Whom a try begins with: as last time, its record as it is by now; else the newest record that is kept. */
export async function beginsWith(last: Sample | null, recordType: string, language: string): Promise<Sample> {
  if (last && last.key === null) return last
  const { type, records } = await keptOf(recordType)
  const record = last ? records.find((one) => one.key === last.key) : newest(records)
  if (last) return record ? { ...last, record: record.data } : last
  return record ? about(type, record, language) : first(language)
}

const PHONE = '13800000000'

export const first = (language: string): Sample => ({ contact: { phone: PHONE, language }, record: {}, key: null })
