/** Two people who add a node at the same time may give it the same id: then mine takes another one, and both stay. */
import type { FlowDocument, FlowNode } from '../api/types'
import { same } from './merge'

/** The ids that my new nodes have to give up, and what they are called instead. */
export function clashes(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument): Record<string, string> {
  const renamed: Record<string, string> = {}
  const taken = new Set([...Object.keys(base.nodes), ...Object.keys(mine.nodes), ...Object.keys(theirs.nodes)])
  for (const [id, node] of Object.entries(mine.nodes)) {
    const other = theirs.nodes[id]
    if (id in base.nodes || other === undefined || same(node, other)) continue
    const stem = id.replace(/_\d+$/, '')
    let number = 2
    while (taken.has(`${stem}_${number}`)) number += 1
    renamed[id] = `${stem}_${number}`
    taken.add(`${stem}_${number}`)
  }
  return renamed
}

/** The document with nodes under other ids: what leads to them and what reads their results follows. */
export function withIds(document: FlowDocument, renamed: Readonly<Record<string, string>>): FlowDocument {
  if (!Object.keys(renamed).some((id) => id in document.nodes)) return document
  const reads = new RegExp(`\\bresults\\.(${Object.keys(renamed).join('|')})(?![a-z0-9_])`, 'g')
  const idOf = (id: string) => renamed[id] ?? id
  const told = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(reads, (_, id: string) => `results.${idOf(id)}`)
    if (Array.isArray(value)) return value.map(told)
    return value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, told(one)])) : value
  }
  const nodes: Record<string, FlowNode> = {}
  for (const [id, node] of Object.entries(document.nodes)) {
    const next: FlowNode = { ...node }
    if (node.config) next.config = told(node.config) as Record<string, unknown>
    if (node.outlets) next.outlets = Object.fromEntries(Object.entries(node.outlets).map(([outlet, target]) => [outlet, idOf(target)]))
    nodes[idOf(id)] = same(next, node) ? node : next
  }
  const next: FlowDocument = { ...document, nodes }
  if (document.start) next.start = idOf(document.start)
  if (document.on_hang_up) next.on_hang_up = idOf(document.on_hang_up)
  return next
}
