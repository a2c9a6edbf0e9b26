/** A record type as it is edited: rows of fields. What an editor does not know of a field's schema stays as it is. */
import type { RecordType } from '../../api/records'
import type { JsonSchema } from '../../api/types'
import { type Kind, kindOf } from './fields'

export interface FieldRow { name: string; title: string; kind: Kind; required: boolean; choices: string; roles: string[] | null; schema: JsonSchema }
export const parts = ['name', 'phone', 'contact', 'email', 'language', 'time_zone', 'source_version'] as const
export type PartName = (typeof parts)[number]
export interface TypeDraft { type: string; title: string; key: string; fields: FieldRow[]; part: Record<PartName, string | null>; schema: JsonSchema }

export const newField = (name: string): FieldRow => ({ name, title: '', kind: 'text', required: false, choices: '', roles: null, schema: {} })

export function emptyType(): TypeDraft {
  const fields = ['patient_no', 'name', 'phone'].map(newField)
  const part = Object.fromEntries(parts.map((one) => [one, null])) as Record<PartName, string | null>
  return { type: '', title: '', key: 'patient_no', fields, part: { ...part, name: 'name', phone: 'phone', contact: 'patient_no' }, schema: {} }
}

export function draftOf(type: RecordType): TypeDraft {
  const required = new Set(type.schema.required ?? [])
  const fields = Object.entries(type.schema.properties ?? {}).map(([name, schema]) => ({
    name, title: schema.title ?? '', kind: kindOf(schema), required: required.has(name),
    choices: (schema.enum ?? []).map(String).join(', '), roles: type.visible[name] ?? null, schema,
  }))
  const part = Object.fromEntries(parts.map((one) => [one, type[one] ?? null])) as Record<PartName, string | null>
  return { type: type.type, title: type.schema.title ?? '', key: type.key, fields, part, schema: type.schema }
}

/** What is sent to the server. */
export function typeOfDraft(draft: TypeDraft): RecordType {
  const rest = { ...draft.schema }
  delete rest.title
  delete rest.required
  const required = draft.fields.filter((field) => field.required).map((field) => field.name)
  return {
    type: draft.type,
    key: draft.key,
    ...draft.part,
    visible: Object.fromEntries(draft.fields.flatMap((field) => (field.roles === null ? [] : [[field.name, field.roles]]))),
    schema: {
      ...rest,
      type: 'object',
      ...(draft.title ? { title: draft.title } : {}),
      properties: Object.fromEntries(draft.fields.map((field) => [field.name, schemaOf(field)])),
      ...(required.length > 0 ? { required } : {}),
      additionalProperties: draft.schema.additionalProperties ?? false,
    },
  }
}

const shapes: Record<Exclude<Kind, 'choice' | 'other'>, JsonSchema> = {
  text: { type: 'string' }, number: { type: 'number' }, whole: { type: 'integer' }, yes_no: { type: 'boolean' },
  date: { type: 'string', format: 'date' }, moment: { type: 'string', format: 'date-time' },
}

function schemaOf(field: FieldRow): JsonSchema {
  const words = field.title ? { title: field.title } : {}
  const same = kindOf(field.schema) === field.kind && Object.keys(field.schema).length > 0
  if (field.kind === 'other') return { ...field.schema, ...words }
  if (field.kind === 'choice') {
    const listed = field.choices.split(/[,，;；\n]/).map((one) => one.trim()).filter((one) => one !== '')
    const before = field.schema.enum ?? []
    return { ...(same ? field.schema : {}), ...words, enum: listed.map((one) => before.find((value) => String(value) === one) ?? one) }
  }
  return same ? { ...field.schema, ...words } : { ...shapes[field.kind], ...words }
}
