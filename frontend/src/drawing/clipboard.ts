/**
 * Copying and pasting. The clipboard holds the document's own JSON, cut down to what was chosen, so it goes from flow to
 * flow, from installation to installation, and through a text editor. What comes in may be anyone's: nothing is believed.
 */
import type { FlowDocument, FlowNode, Group, Note } from '../api/types'
import type { At } from '../flow/document'
import { newId } from '../flow/document'
import { isRecord } from '../form/value'
import { groupIds } from './groups'
import { namesIn, rewritten } from './references'
import { namesTaken, uniqueId, uniqueName } from './unique'

export interface Clip { nodes: Record<string, FlowNode>; notes: Note[]; groups: Record<string, Group> }
/** A reference of a pasted node that points to nothing here. */
export interface Loose { node: string; place: string; to: string }
export interface Pasted { document: FlowDocument; ids: string[]; notes: number[]; loose: Loose[] }

const ID = /^[a-z][a-z0-9_]{0,63}$/
export const MOST_NODES = 2000
const MOST_TEXT = 1 << 20

/** The chosen nodes and notes as the text that goes to the clipboard. */
export function copied(document: FlowDocument, ids: readonly string[], notes: readonly number[] = []): string {
  const chosen = new Set(ids.filter((id) => id in document.nodes))
  const groups = Object.fromEntries(Object.entries(document.groups ?? {}).filter(([group]) => {
    const members = groupIds(document, group)
    return members.length > 0 && members.every((id) => chosen.has(id))
  }))
  const nodes = Object.fromEntries([...chosen].map((id) => {
    const { group, ...node } = document.nodes[id] as FlowNode
    return [id, group && group in groups ? { ...node, group } : node]
  }))
  const words = notes.flatMap((index) => document.notes?.[index] ?? [])
  const clip = { callweave: document.callweave, nodes, ...(words.length > 0 && { notes: words }), ...(Object.keys(groups).length > 0 && { groups }) }
  return `${JSON.stringify(sorted(clip), null, 2)}\n`
}

/** What a text from the clipboard holds, if it is of ours: a piece that was copied, or a whole document. */
export function parsed(text: string): Clip | null {
  if (text.length > MOST_TEXT || !/^\s*\{/.test(text)) return null
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    return null // any other text; not ours
  }
  if (!isRecord(found) || found['callweave'] !== 1) return null
  const nodes = isRecord(found['nodes']) ? Object.entries(found['nodes']).filter((entry): entry is [string, FlowNode] => isNode(entry[1])) : []
  const notes = Array.isArray(found['notes']) ? found['notes'].filter(isNote) : []
  const groups = isRecord(found['groups']) ? Object.entries(found['groups']).filter((entry): entry is [string, Group] => isRecord(entry[1]) && ID.test(entry[0])) : []
  if (nodes.length + notes.length === 0) return null
  return { nodes: Object.fromEntries(nodes.slice(0, MOST_NODES)), notes, groups: Object.fromEntries(groups) }
}

/** Puts a clip into a document, `by` further along; null if there would be more nodes than a document may have. */
export function pasted(document: FlowDocument, clip: Clip, by: At): Pasted | null {
  if (Object.keys(document.nodes).length + Object.keys(clip.nodes).length > MOST_NODES) return null
  const ids = new Map<string, string>()
  const taken: Record<string, FlowNode> = { ...document.nodes }
  for (const [id, node] of Object.entries(clip.nodes)) {
    const fresh = ID.test(id) ? uniqueId(new Set(Object.keys(taken)), id) : newId(taken, node.type)
    ids.set(id, fresh)
    taken[fresh] = node
  }
  const groups: Record<string, Group> = { ...document.groups }
  const groupOf = new Map(Object.entries(clip.groups).map(([id, group]) => {
    const fresh = uniqueId(new Set(Object.keys(groups)), id)
    groups[fresh] = { ...group, name: uniqueName(new Set(Object.values(groups).map((one) => one.name)), typeof group.name === 'string' ? group.name : id) }
    return [id, fresh] as const
  }))
  const names = namesTaken(document)
  const nodes = { ...document.nodes }
  const loose: Loose[] = []
  let unplaced = 0
  for (const [id, node] of Object.entries(clip.nodes)) {
    const fresh = ids.get(id) as string
    const { group, ...rest } = node
    const name = node.name === undefined ? undefined : uniqueName(names, node.name)
    if (name !== undefined) names.add(name)
    const [x, y] = node.at ?? [0, 117 * unplaced++]
    const outlets: Record<string, string> = {}
    for (const [outlet, target] of Object.entries(node.outlets ?? {})) {
      const to = ids.get(target) ?? target
      if (to in taken) outlets[outlet] = to
      else loose.push({ node: fresh, place: `outlets.${outlet}`, to: target })
    }
    const config = node.config && rewritten(node.config, (root, read) => (root === 'results' && ids.has(read) ? `results.${ids.get(read)}` : null))
    for (const read of namesIn(node.config, 'results')) if (!ids.has(read) && !(read in document.nodes)) loose.push({ node: fresh, place: 'config', to: `results.${read}` })
    const inGroup = group === undefined ? undefined : groupOf.get(group)
    nodes[fresh] = {
      ...rest, at: [Math.round(x + by[0]), Math.round(y + by[1])], ...(name !== undefined && { name }), ...(config && { config }), outlets,
      ...(inGroup !== undefined && { group: inGroup }),
    }
  }
  const first = document.notes?.length ?? 0
  const notes = clip.notes.map((note): Note => ({ ...note, at: [Math.round(note.at[0] + by[0]), Math.round(note.at[1] + by[1])] }))
  const next: FlowDocument = { ...document, nodes }
  if (notes.length > 0) next.notes = [...(document.notes ?? []), ...notes]
  if (groupOf.size > 0) next.groups = groups
  const [begin] = ids.values()
  if (begin && !(document.start && document.start in document.nodes)) next.start = begin
  return { document: next, ids: [...ids.values()], notes: notes.map((_, at) => first + at), loose }
}

/** The upper left corner of what a clip draws. */
export function cornerOf(clip: Clip): At {
  const places = [...Object.values(clip.nodes).map((node) => node.at ?? ([0, 0] as At)), ...clip.notes.map((note) => note.at)]
  return [Math.min(...places.map(([x]) => x)), Math.min(...places.map(([, y]) => y))]
}

function isPlace(value: unknown): value is At {
  return Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'number' && Number.isFinite(one))
}

function isNode(value: unknown): value is FlowNode {
  if (!isRecord(value) || typeof value['type'] !== 'string') return false
  const { name, at, config, outlets, group } = value
  return (name === undefined || typeof name === 'string') && (at === undefined || isPlace(at)) && (config === undefined || isRecord(config))
    && (group === undefined || typeof group === 'string') && (outlets === undefined || (isRecord(outlets) && Object.values(outlets).every((one) => typeof one === 'string')))
}

function isNote(value: unknown): value is Note {
  return isRecord(value) && typeof value['text'] === 'string' && isPlace(value['at'])
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]))
}
