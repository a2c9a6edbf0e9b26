/** The sheet of prompts: every prompt of a flow's draft by language, with what is missing or has not kept up. */
import type { FlowDocument, NodeType } from '../../api/types'
import { pick } from '../../form/pick'
import { type Spoken, isSilent, spokenIn } from '../../form/prompt'
import { type JsonSchema, propertiesOf, resolve } from '../../form/schema'
import { measure } from '../../form/speech'
import { isRecord } from '../../form/value'

export type Path = (string | number)[]
export type State = 'said' | 'missing' | 'stale'
/** Who has found it right as it is, and when; `others_changed`: another language has changed since. */
export interface Review { node: string; place: string; language: string; by: string; at: string; others_changed: boolean; /** A machine has translated it: nobody has found it right so far. */ machine: boolean }
export interface Cell { language: string; spoken: Spoken | undefined; state: State; seconds: number; review: Review | null }
export interface Row { key: string; flow: string; node: string; name: string; title: string; medium: string; path: Path; value: unknown; cells: Cell[] }
export interface FlowPrompts { id: string; name: string; languages: string[]; published: number | null; rows: Row[] }

/** Where prompts stand in a config, in the order of its form. Texts that are read and not heard are none. */
export function placesOf(schema: JsonSchema, root: JsonSchema, value: unknown, path: Path = []): { path: Path; title: string }[] {
  const flat = resolve(schema, root)
  if (Array.isArray(value) && flat.items) {
    const items = flat.items
    return value.flatMap((item, at) => placesOf(items, root, item, [...path, at]))
  }
  if (!isRecord(value)) return []
  return propertiesOf(flat, root).flatMap((property) => {
    const member = value[property.name]
    const at = [...path, property.name]
    if (pick(property.schema) === 'prompt') return member === undefined || member === null || property.schema.written ? [] : [{ path: at, title: property.schema.title ?? property.name }]
    return member === undefined ? [] : placesOf(property.schema, root, member, at)
  })
}

export const at = (value: unknown, path: Path): unknown => path.reduce<unknown>((one, step) => (isRecord(one) || Array.isArray(one) ? (one as Record<string | number, unknown>)[step] : undefined), value)

/** The same with another value at a place; what is not on the way stays the same object. */
export function put(value: unknown, path: Path, next: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined) return next
  if (Array.isArray(value)) return (value as unknown[]).map((one, place) => (place === step ? put(one, rest, next) : one))
  const record = isRecord(value) ? value : {}
  return { ...record, [step]: put(record[step], rest, next) }
}

/** `before` is the document as it was published last: what was changed since in one language and not in another has not kept up. */
export function promptsOf(id: string, document: FlowDocument, types: Record<string, NodeType>, published: number | null, before: FlowDocument | null, reviews: readonly Review[] = []): FlowPrompts {
  const languages = document.languages && document.languages.length > 0 ? document.languages : ['zh-CN']
  const rows = Object.entries(document.nodes).flatMap(([node, drawn]) => {
    const type = types[drawn.type]
    if (!type) return []
    const schema = type.schema as JsonSchema
    return placesOf(schema, schema, drawn.config ?? {}).map(({ path, title }): Row => {
      const value = at(drawn.config ?? {}, path)
      return {
        key: `${id}/${node}/${path.join('.')}`, flow: id, node, name: drawn.name || type.label, title, medium: type.medium, path, value,
        cells: cellsOf(value, languages, at(before?.nodes[node]?.config ?? {}, path), reviews.filter((one) => one.node === node && one.place === path.join('.'))),
      }
    })
  })
  return { id, name: document.name, languages, published, rows }
}

export function cellsOf(value: unknown, languages: readonly string[], before: unknown, reviews: readonly Review[] = []): Cell[] {
  const changed = (language: string) => before !== undefined && JSON.stringify(spokenIn(value, language)) !== JSON.stringify(spokenIn(before, language))
  // What is said for the first time in one language leaves no other behind.
  const some = languages.some((language) => changed(language) && !isSilent(spokenIn(value, language)) && !isSilent(spokenIn(before, language)))
  return languages.map((language) => {
    const spoken = spokenIn(value, language)
    const review = reviews.find((one) => one.language === language) ?? null
    const behind = some && !changed(language) && (review === null || review.others_changed)
    const state: State = isSilent(spoken) ? 'missing' : behind ? 'stale' : 'said'
    return { language, spoken, state, seconds: measure(spoken).seconds, review }
  })
}

export interface Totals { said: number; missing: number; stale: number; unreviewed: number; seconds: number }

/** Of one language over all flows that have it. */
export function totalsOf(flows: readonly FlowPrompts[], language: string): Totals {
  const cells = flows.flatMap((flow) => flow.rows.flatMap((row) => row.cells.filter((cell) => cell.language === language)))
  const count = (state: State) => cells.filter((cell) => cell.state === state).length
  const missing = count('missing')
  return { said: cells.length - missing, missing, stale: count('stale'), unreviewed: cells.filter(isUnreviewed).length, seconds: cells.reduce((sum, cell) => sum + cell.seconds, 0) }
}

export type Only = 'all' | 'missing' | 'stale' | 'unreviewed'

/** Whether it is said and nobody has found it right as it is. */
export const isUnreviewed = (cell: Cell): boolean => cell.state !== 'missing' && (cell.review === null || cell.review.machine || cell.state === 'stale')
const isOf = (only: Only) => (cell: Cell): boolean => only === 'all' || (only === 'unreviewed' ? isUnreviewed(cell) : cell.state === only)

/** What fits a search, and of that what is missing or has not kept up. */
export function filtered(flows: readonly FlowPrompts[], text: string, only: Only): FlowPrompts[] {
  const wanted = text.trim().toLowerCase()
  const fits = (row: Row) => wanted === '' || [row.name, row.node, row.title, JSON.stringify(row.value)].some((one) => one.toLowerCase().includes(wanted))
  return flows
    .map((flow) => ({ ...flow, rows: flow.rows.filter((row) => fits(row) && row.cells.some(isOf(only))) }))
    .filter((flow) => flow.rows.length > 0)
}

export const languagesOf = (flows: readonly FlowPrompts[]): string[] => [...new Set(flows.flatMap((flow) => flow.languages))]

/** The next cell after this one, round and round, that somebody has to see to: of those that are looked at, where some are. */
export function nextToDo(flows: readonly FlowPrompts[], key: string, language: string, only: Only = 'all'): { row: Row; language: string } | null {
  const all = flows.flatMap((flow) => flow.rows.flatMap((row) => row.cells.map((cell) => ({ row, cell }))))
  const from = all.findIndex(({ row, cell }) => row.key === key && cell.language === language)
  const found = [...all.slice(from + 1), ...all.slice(0, Math.max(from, 0))].find(({ cell }) => (only === 'all' ? cell.state !== 'said' : isOf(only)(cell)))
  return found ? { row: found.row, language: found.cell.language } : null
}
