/** A record's fields as people read them: titles in their language, values in words, what changed between versions. */
import type { JsonSchema } from '../../api/types'
import type { Data, RecordType } from '../../api/records'
import { dayAndClock } from '../../i18n/time'

const han = /\p{Script=Han}/u

/** The title of a field. One in both languages ("科室 / Department") gives the reader's half. */
export function titleOf(schema: JsonSchema | undefined, name: string, language: string): string {
  const title = schema?.title
  if (!title) return name
  const halves = title.split(' / ')
  const [first = '', second = ''] = halves
  if (halves.length === 2 && han.test(first) !== han.test(second)) return han.test(first) === (language !== 'en') ? first : second
  return title
}

export interface Shown { name: string; title: string; schema: JsonSchema; hidden: boolean }

/** The fields of a type in its order, then what a record has besides. */
export function fieldsOf(type: RecordType, language: string, role: string, data: Data = {}): Shown[] {
  const listed = type.schema.properties ?? {}
  const names = [...Object.keys(listed), ...Object.keys(data).filter((name) => !(name in listed))]
  return names.map((name) => ({
    name, title: titleOf(listed[name], name, language), schema: listed[name] ?? {}, hidden: isHidden(type, name, role) && !(name in data),
  }))
}

function isHidden(type: RecordType, name: string, role: string): boolean {
  const roles = type.visible[name]
  return roles !== undefined && role !== 'administrator' && !roles.includes(role)
}

/** The fields that a list has room for: the key, who it is, then the first others. */
export function columnsOf(type: RecordType, language: string, role: string, most = 6): Shown[] {
  const all = fieldsOf(type, language, role)
  const first = [type.key, type.name, type.phone].filter((name): name is string => name !== null)
  const order = [...first, ...all.map((field) => field.name).filter((name) => !first.includes(name))]
  return order.flatMap((name) => all.find((field) => field.name === name && !field.hidden) ?? []).slice(0, most)
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d/

/** A value in words. */
export function valueText(value: unknown, language: string, words: { yes: string; no: string }): string {
  if (value === undefined || value === null || value === '') return '–'
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'string' && moment.test(value)) {
    const at = new Date(value)
    return Number.isNaN(at.getTime()) ? value : dayAndClock(at, language)
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export interface Change { name: string; before: unknown; after: unknown }

/** What a version changed in the one before it; all that it has if there was none. */
export function changesOf(after: Data, before: Data | undefined): Change[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after)])
  return [...names]
    .filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before?.[name]))
    .map((name) => ({ name, before: before?.[name], after: after[name] }))
}

export type Kind = 'text' | 'number' | 'whole' | 'yes_no' | 'date' | 'moment' | 'choice' | 'other'

/** What a field holds, as a person would say it. */
export function kindOf(schema: JsonSchema): Kind {
  if (schema.enum) return 'choice'
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== 'null') : schema.type
  if (type === 'boolean') return 'yes_no'
  if (type === 'integer') return 'whole'
  if (type === 'number') return 'number'
  if (type === 'string' || type === undefined) {
    if (schema.format === 'date') return 'date'
    if (schema.format === 'date-time') return 'moment'
    return type === undefined && Object.keys(schema).some((key) => key !== 'title' && key !== 'description') ? 'other' : 'text'
  }
  return 'other'
}

/** What somebody wrote in a cell or a field, as the type wants it; what fits nothing stays text, and the server says so. */
export function readValue(written: string, schema: JsonSchema): unknown {
  const text = written.trim()
  switch (kindOf(schema)) {
    case 'whole':
    case 'number':
      return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
    case 'yes_no':
      if (/^(true|yes|1|是|y)$/i.test(text)) return true
      if (/^(false|no|0|否|n)$/i.test(text)) return false
      return text
    case 'choice':
      return schema.enum?.find((one) => String(one) === text) ?? text
    case 'other':
      try {
        return JSON.parse(text) as unknown
      } catch {
        return text
      }
    default:
      return text
  }
}
