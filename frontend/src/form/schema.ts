/**
 * JSON Schema as pydantic writes it, made flat enough to draw.
 *
 * A field's words and its widget hang on the property; its shape may stand behind a `$ref`, an `anyOf` with null or an
 * `allOf` of one. `resolve` brings both together, one level deep, so that a schema which contains itself is no trouble.
 */

export interface JsonSchema {
  $ref?: string
  $defs?: Record<string, JsonSchema>
  type?: string | string[]
  title?: string
  description?: string
  default?: unknown
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: boolean | JsonSchema
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
  /** How to edit it: a name of `widgets.ts`. */
  widget?: string
  /** What a number counts, already in the reader's language. */
  unit?: string
  /** `advanced` folds the field away, with its value in words. */
  group?: string
  /** A template of several lines. */
  multiline?: boolean
  /** A prompt that is read, not heard: text by language, and nothing else. */
  written?: boolean
  /** The words of an enum, in its order or by its value. */
  enumNames?: string[]
  labels?: Record<string, string>
  /** What happens while the field is empty, in words. */
  placeholder?: string
}

/** One property of an object, ready to draw. */
export interface Property {
  name: string
  schema: JsonSchema
  required: boolean
}

/** Where the shape stands and which values it may take, with the words of the place that points to it. */
export function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let flat = schema
  for (let hops = 0; hops < 16; hops += 1) {
    const next = step(flat, root)
    if (!next) return flat
    flat = next
  }
  return flat
}

function step(schema: JsonSchema, root: JsonSchema): JsonSchema | undefined {
  if (schema.$ref !== undefined) {
    const { $ref, ...words } = schema
    return { ...lookUp($ref, root), ...words }
  }
  if (schema.allOf?.length === 1) {
    const { allOf, ...words } = schema
    return { ...allOf[0], ...words }
  }
  const choices = schema.anyOf ?? schema.oneOf
  const real = choices?.filter((one) => one.type !== 'null')
  if (choices && real?.length === 1) {
    const words = { ...schema }
    delete words.anyOf
    delete words.oneOf
    return { ...real[0], ...words }
  }
  return undefined
}

function lookUp(ref: string, root: JsonSchema): JsonSchema {
  const name = ref.split('/').pop() ?? ''
  return root.$defs?.[name] ?? {}
}

/** The properties of an object in the order in which they were declared. */
export function propertiesOf(schema: JsonSchema, root: JsonSchema): Property[] {
  const required = new Set(schema.required ?? [])
  return Object.entries(schema.properties ?? {}).map(([name, own]) => ({
    name,
    schema: resolve(own, root),
    required: required.has(name),
  }))
}

/** The one JSON type of a resolved schema, or nothing when it may be several. */
export function typeOf(schema: JsonSchema): string | undefined {
  if (typeof schema.type === 'string') return schema.type
  const real = schema.type?.filter((one) => one !== 'null')
  return real?.length === 1 ? real[0] : undefined
}

/** The words of one value of an enum. */
export function labelOf(schema: JsonSchema, value: unknown): string {
  const place = schema.enum?.indexOf(value) ?? -1
  return schema.labels?.[String(value)] ?? schema.enumNames?.[place] ?? String(value)
}

/** A value to start a new row or object with: constants and required containers only, the rest is left to its default. */
export function blank(schema: JsonSchema): unknown {
  if (schema.const !== undefined) return schema.const
  switch (typeOf(schema)) {
    case 'object':
      return {}
    case 'array':
      return []
    case 'string':
      return ''
    default:
      return undefined
  }
}
