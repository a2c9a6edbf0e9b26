/**
 * Bringing two edits of one document together, by node and field, at once and without a request: the same rules as
 * `engine/flow/merge.py`, and a table of examples made by that one says that both agree.
 *
 * What only one side has changed is taken; where both have changed one field to something different the document has
 * mine, and the field is told as a conflict with the three values. What stays as it was stays the same object.
 */
import type { FlowDocument } from '../api/types'

/** A field that both have changed differently; `undefined` where a side has no such field. */
export interface Conflict { path: string[]; base: unknown; mine: unknown; theirs: unknown }
/** `taken` counts the fields that came from theirs. */
export interface Merged { document: FlowDocument; conflicts: Conflict[]; taken: number }

type Fields = Record<string, unknown>
const CONTAINERS = new Set(['nodes', 'config', 'outlets', 'groups'])
/** Lists of the document whose entries have nothing to do with one another: merged entry by entry, no conflict. */
const LOOSE = new Set(['notes', 'scenarios'])

export function merge(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument): Merged {
  const merging = new Merging()
  const document = merging.fields([], base, mine, theirs) as FlowDocument
  return { document, conflicts: merging.conflicts, taken: merging.taken }
}

class Merging {
  conflicts: Conflict[] = []
  taken = 0

  fields(path: string[], base: Fields, mine: Fields, theirs: Fields): Fields {
    const found: Fields = {}
    for (const key of new Set([...Object.keys(base), ...Object.keys(mine), ...Object.keys(theirs)])) {
      const value = this.field(key, [...path, key], base[key], mine[key], theirs[key])
      if (value !== undefined) found[key] = value
    }
    const keys = Object.keys(found)
    return keys.length === Object.keys(mine).length && keys.every((key) => found[key] === mine[key]) ? mine : found
  }

  private field(key: string, path: string[], base: unknown, mine: unknown, theirs: unknown): unknown {
    if (theirs === base || same(mine, theirs) || same(theirs, base)) return mine
    // Field by field also where only they have changed it, so that what stayed as it was stays the same object.
    if (isFields(mine) && isFields(theirs) && isFields(base)) return this.fields(path, base, mine, theirs)
    if (same(mine, base)) {
      this.taken += 1
      return theirs
    }
    if (path.length === 1 && LOOSE.has(key) && isList(mine) && isList(theirs) && (base === undefined || isList(base))) {
      this.taken += 1
      return entries(base ?? [], mine, theirs)
    }
    if (isFields(mine) && isFields(theirs) && base === undefined && CONTAINERS.has(key)) return this.fields(path, {}, mine, theirs)
    this.conflicts.push({ path, base, mine, theirs })
    return mine === undefined ? theirs : mine
  }
}

/** My list without what they took out, and with what they put in. */
function entries(base: unknown[], mine: unknown[], theirs: unknown[]): unknown[] {
  const gone = without(base, theirs)
  const come = without(theirs, base)
  return [...without(mine, gone), ...without(come, without(mine, base))]
}

/** A list without the entries of another, each taken out once. */
function without(list: unknown[], others: unknown[]): unknown[] {
  const left = [...others]
  return list.filter((entry) => {
    const at = left.findIndex((one) => same(one, entry))
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value)
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether two values are written alike, whatever the order of their fields. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (isList(one) && isList(other)) return one.length === other.length && one.every((value, at) => same(value, other[at]))
  if (!isFields(one) || !isFields(other)) return false
  const keys = Object.keys(one).filter((key) => one[key] !== undefined)
  const others = Object.keys(other).filter((key) => other[key] !== undefined)
  return keys.length === others.length && keys.every((key) => other[key] !== undefined && same(one[key], other[key]))
}

/** What stands at a place, `undefined` where there is nothing. */
export function valueIn(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isFields(value) ? value[key] : undefined), document)
}

/** The value with another one at a place; `undefined` takes it out. */
export function withValue<T>(document: T, path: readonly string[], value: unknown): T {
  const [key, ...rest] = path
  if (key === undefined) return value as T
  const fields: Fields = isFields(document) ? document : {}
  const next = withValue(fields[key], rest, value)
  if (next !== undefined) return { ...fields, [key]: next } as T
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key)) as T
}
