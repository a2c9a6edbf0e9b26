/** What a task's form holds: only what was filled in is sent, and what must be is asked for before. */
import type { JsonSchema } from '../../api/types'

const empty = (value: unknown): boolean => value === undefined || value === null || (typeof value === 'string' && value.trim() === '')

export function filledIn(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !empty(value)))
}

export function missingOf(form: JsonSchema, values: Readonly<Record<string, unknown>>): string[] {
  return (form.required ?? []).filter((name) => empty(values[name]))
}
