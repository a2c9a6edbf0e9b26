/** What the plain fields have in common: what stands in them while they are empty, and what emptying them means. */
import type { TFunction } from 'i18next'
import { type JsonSchema, labelOf } from './schema'

/** What holds while the field is empty. */
export function placeholderOf(schema: JsonSchema, value?: unknown, t?: TFunction): string | undefined {
  if (schema.placeholder !== undefined) return schema.placeholder
  const fallback = schema.default
  if (fallback === undefined || fallback === null || fallback === '') return undefined
  if (value === '' && t && mayBeEmpty(schema)) return t('form.none')
  if (schema.enum) return labelOf(schema, fallback)
  return typeof fallback === 'object' ? JSON.stringify(fallback) : String(fallback)
}

/**
 * What an emptied field leaves behind. Mostly nothing, so that its default holds; an empty text where that is required,
 * so that its fault has a place, or where it is a value of its own: no finish key at all instead of `#`.
 */
export function emptied(schema: JsonSchema, required: boolean): '' | undefined {
  const fallback = schema.default
  const differs = typeof fallback === 'string' && fallback !== ''
  return required || (differs && mayBeEmpty(schema)) ? '' : undefined
}

function mayBeEmpty(schema: JsonSchema): boolean {
  return (schema.minLength ?? 0) === 0 && (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(''))
}

/** What a unit is called here: the server writes `s`, the reader reads it in words of his own. */
export function unitOf(schema: JsonSchema, t: TFunction): string | undefined {
  if (schema.unit === 's' || (schema.unit === undefined && schema.widget === 'seconds')) return t('form.secondsUnit')
  return schema.unit
}
