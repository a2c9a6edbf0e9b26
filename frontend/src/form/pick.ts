/** Which widget edits a value: the one its schema asks for, or, for a name that this form does not know, by its type. */
import { type JsonSchema, typeOf } from './schema'

export const widgetNames = [
  'prompt', 'template', 'condition', 'text', 'pattern', 'asset', 'number', 'seconds', 'switch', 'select', 'digit', 'list',
  'variables', 'object', 'json', 'hidden', 'calendar', 'flow', 'duration', 'offset', 'moment', 'due', 'time_of_day',
] as const

export type WidgetName = (typeof widgetNames)[number]

const known = new Set<string>(widgetNames)

export function pick(schema: JsonSchema): WidgetName {
  if (schema.widget !== undefined && known.has(schema.widget) && suits(schema.widget, schema)) return schema.widget as WidgetName
  if (schema.const !== undefined) return 'hidden'
  if (schema.enum) return 'select'
  switch (typeOf(schema)) {
    case 'boolean':
      return 'switch'
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
      return 'text'
    case 'array':
      return schema.items ? 'list' : 'json'
    case 'object':
      return schema.properties ? 'object' : typeof schema.additionalProperties === 'object' ? 'variables' : 'json'
    default:
      return 'json'
  }
}

/** A list or an object can only be drawn if the schema says what is in it. */
function suits(widget: string, schema: JsonSchema): boolean {
  if (widget === 'list') return schema.items !== undefined
  if (widget === 'object') return schema.properties !== undefined
  if (widget === 'select') return schema.enum !== undefined
  return true
}

/** Widgets that show the faults of their own members. */
export function showsMembers(widget: WidgetName): boolean {
  return isBlock(widget) && widget !== 'prompt'
}

/** Short fields stand two abreast. */
export function isShort(widget: WidgetName): boolean {
  return widget === 'number' || widget === 'seconds' || widget === 'digit' || widget === 'select' || widget === 'time_of_day'
}

/** Fields that need a part of the form to themselves, under a heading. */
export function isBlock(widget: WidgetName): boolean {
  return widget === 'prompt' || widget === 'list' || widget === 'variables' || widget === 'object' || widget === 'calendar'
}
