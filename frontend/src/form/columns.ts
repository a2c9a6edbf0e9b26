/** How the items of a list are drawn: as compact rows of a few short cells, or each as a small form. */
import { type WidgetName, pick } from './pick'
import { type JsonSchema, type Property, blank, propertiesOf, typeOf } from './schema'
import { isRecord } from './value'

const widths: Partial<Record<WidgetName, string>> = {
  digit: '38px',
  number: '72px',
  seconds: '72px',
  switch: '44px',
  select: 'minmax(88px, 1fr)',
  text: 'minmax(80px, 1fr)',
  template: 'minmax(104px, 1.5fr)',
  condition: 'minmax(120px, 1.8fr)',
}
const atMost = 3

/** The cells of a row; nothing if the items are too much for one. An item's own `id` is the editor's, not a cell. */
export function columnsOf(item: JsonSchema, root: JsonSchema): Property[] | undefined {
  const shown = cellsOf(item, root)
  const fits = shown.length > 0 && shown.length <= atMost && shown.every((one) => widths[pick(one.schema)] !== undefined && !one.schema.multiline)
  return fits ? shown : undefined
}

export function cellsOf(item: JsonSchema, root: JsonSchema): Property[] {
  return propertiesOf(item, root).filter((one) => one.name !== 'id' && pick(one.schema) !== 'hidden')
}

/** The grid of a row: grip, cells, where it leads, and the button that takes it out. */
export function gridOf(columns: readonly Property[], leads: boolean): string {
  const cells = columns.map((one) => widths[pick(one.schema)] ?? '1fr')
  return ['16px', ...cells, ...(leads ? ['minmax(72px, 1.5fr)'] : []), '24px'].join(' ')
}

/** A new item: the next free key where one is asked for, and an id of its own where items have one. */
export function newItem(item: JsonSchema, root: JsonSchema, items: readonly unknown[]): unknown {
  if (typeOf(item) !== 'object') return item.default ?? blank(item) ?? (typeOf(item) === 'boolean' ? false : (item.minimum ?? 0))
  const made: Record<string, unknown> = {}
  const taken = (name: string) => new Set(items.map((one) => (one as Record<string, unknown> | null)?.[name]))
  for (const { name, schema, required } of propertiesOf(item, root)) {
    const start = name === 'id' ? freeId(taken(name)) : pick(schema) === 'digit' ? freeKey(taken(name)) : required ? blank(schema) : undefined
    if (start !== undefined) made[name] = start
  }
  return made
}

function freeKey(taken: ReadonlySet<unknown>): string {
  return [...'1234567890*#'].find((key) => !taken.has(key)) ?? ''
}

function freeId(taken: ReadonlySet<unknown>): string {
  let number = taken.size + 1
  while (taken.has(`choice_${number}`)) number += 1
  return `choice_${number}`
}

/**
 * The item as it is kept after an edit. Where items have ids and this one has none yet, its old label becomes its id, so
 * that another name does not cut its edge.
 */
export function edited(item: JsonSchema, root: JsonSchema, before: unknown, after: unknown): unknown {
  if (!isRecord(before) || !isRecord(after) || before['label'] === after['label'] || before['id'] !== undefined) return after
  const id = propertiesOf(item, root).find((one) => one.name === 'id')?.schema
  const label = before['label']
  if (!id || typeof label !== 'string' || label === '') return after
  return id.pattern === undefined || new RegExp(id.pattern, 'u').test(label) ? { ...after, id: label } : after
}

/** The outlets that an item may own, best first: by its id, its key or its label. */
export function outletIds(item: unknown): string[] {
  if (typeof item !== 'object' || item === null) return []
  const { id, key, label } = item as Record<string, unknown>
  return [id, key, label].filter((one): one is string => typeof one === 'string' && one !== '')
}
