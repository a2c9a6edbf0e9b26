/**
 * Edits of a flow document, each a pure function from one document to the next.
 * What an edit does not touch stays the same object, so undo is a list of documents and a redraw is cheap.
 */
import type { FlowDocument, FlowNode, Note } from '../api/types'
import { tidied } from '../drawing/groups'

export type At = [number, number]
type Nodes = Record<string, FlowNode>

/** A valid node id made from a type's name: `menu`, then `menu_2`. */
export function newId(nodes: Nodes, type: string): string {
  const cleaned = type.toLowerCase().replace(/[^a-z0-9_]+/g, '_').replace(/^[^a-z]+/, '').slice(0, 56)
  const stem = cleaned || 'node'
  if (!(stem in nodes)) return stem
  let number = 2
  while (`${stem}_${number}` in nodes) number += 1
  return `${stem}_${number}`
}

function change(document: FlowDocument, id: string, edit: (node: FlowNode) => FlowNode): FlowDocument {
  const node = document.nodes[id]
  if (!node) return document
  const next = edit(node)
  return next === node ? document : { ...document, nodes: { ...document.nodes, [id]: next } }
}

function without<T>(record: Record<string, T>, keys: Iterable<string>): Record<string, T> {
  const gone = new Set(keys)
  return Object.fromEntries(Object.entries(record).filter(([key]) => !gone.has(key)))
}

const round = ([x, y]: At): At => [Math.round(x), Math.round(y)]

/** Put a new node on the drawing; the first one is where the flow starts. */
export function addNode(document: FlowDocument, id: string, node: { type: string; name: string; at: At; config?: Record<string, unknown> }): FlowDocument {
  const added: FlowNode = { type: node.type, name: node.name, at: round(node.at), config: node.config ?? {}, outlets: {} }
  const next = { ...document, nodes: { ...document.nodes, [id]: added } }
  return document.start && document.start in document.nodes ? next : { ...next, start: id }
}

/** Let an outlet lead to a node; whatever it led to before is let go. */
export function connect(document: FlowDocument, source: string, outlet: string, target: string): FlowDocument {
  if (!(target in document.nodes)) return document
  return change(document, source, (node) =>
    node.outlets?.[outlet] === target ? node : { ...node, outlets: { ...node.outlets, [outlet]: target } })
}

export function disconnect(document: FlowDocument, source: string, outlet: string): FlowDocument {
  return change(document, source, (node) =>
    node.outlets && outlet in node.outlets ? { ...node, outlets: without(node.outlets, [outlet]) } : node)
}

/** Move nodes to where they were dropped. */
export function move(document: FlowDocument, places: Record<string, At>): FlowDocument {
  let next = document
  for (const [id, at] of Object.entries(places)) {
    const [x, y] = round(at)
    next = change(next, id, (node) => (node.at?.[0] === x && node.at[1] === y ? node : { ...node, at: [x, y] }))
  }
  return next
}

export function rename(document: FlowDocument, id: string, name: string): FlowDocument {
  return change(document, id, (node) => (node.name === name ? node : { ...node, name }))
}

/** Change a config. Where that gives an outlet another id, its edge follows: `renamed` is by the old id the new one. */
export function setConfig(document: FlowDocument, id: string, config: Record<string, unknown>, renamed: Readonly<Record<string, string>> = {}): FlowDocument {
  return change(document, id, (node) => {
    if (Object.keys(renamed).length === 0) return { ...node, config }
    const outlets = Object.entries(node.outlets ?? {}).map(([outlet, target]) => [renamed[outlet] ?? outlet, target] as const)
    return { ...node, config, outlets: Object.fromEntries(outlets) }
  })
}

/** Take nodes away, and every edge that led to them. */
export function remove(document: FlowDocument, ids: string[]): FlowDocument {
  const gone = new Set(ids.filter((id) => id in document.nodes))
  if (gone.size === 0) return document
  const nodes: Nodes = {}
  for (const [id, node] of Object.entries(document.nodes)) {
    if (gone.has(id)) continue
    const dangling = Object.entries(node.outlets ?? {}).filter(([, target]) => gone.has(target)).map(([outlet]) => outlet)
    nodes[id] = dangling.length > 0 ? { ...node, outlets: without(node.outlets ?? {}, dangling) } : node
  }
  const next: FlowDocument = { ...document, nodes }
  if (next.start && gone.has(next.start)) delete next.start
  if (next.on_hang_up && gone.has(next.on_hang_up)) delete next.on_hang_up
  return tidied(next)
}

export function setStart(document: FlowDocument, id: string): FlowDocument {
  return document.start === id || !(id in document.nodes) ? document : { ...document, start: id }
}

/** Which node follows when the caller hangs up; none ends the session. */
export function setOnHangUp(document: FlowDocument, id: string | null): FlowDocument {
  if ((document.on_hang_up ?? null) === id) return document
  const next = { ...document }
  if (id === null) delete next.on_hang_up
  else next.on_hang_up = id
  return next
}

export function setAbout(document: FlowDocument, about: { name?: string; description?: string; languages?: string[] }): FlowDocument {
  return { ...document, ...about }
}

/** What kind of record the flow is about; null where it is about none. */
export function setRecordType(document: FlowDocument, type: string | null): FlowDocument {
  const { record_type: _, ...rest } = document
  return type === null ? (rest as FlowDocument) : { ...document, record_type: type }
}

export function addNote(document: FlowDocument, at: At, text: string): FlowDocument {
  return { ...document, notes: [...(document.notes ?? []), { text, at: round(at) }] }
}

export function changeNote(document: FlowDocument, index: number, edit: Partial<Note>): FlowDocument {
  const notes = document.notes ?? []
  if (!notes[index]) return document
  return { ...document, notes: notes.map((note, at) => (at === index ? { ...note, ...edit } : note)) }
}

export function removeNotes(document: FlowDocument, indices: number[]): FlowDocument {
  const gone = new Set(indices)
  return { ...document, notes: (document.notes ?? []).filter((_, index) => !gone.has(index)) }
}

/** Add a node and lead an outlet to it, as quick-add does. */
export function addAfter(
  document: FlowDocument, from: { node: string; outlet: string } | null, id: string,
  node: { type: string; name: string; at: At; config?: Record<string, unknown> },
): FlowDocument {
  const added = addNode(document, id, node)
  return from ? connect(added, from.node, from.outlet, id) : added
}
