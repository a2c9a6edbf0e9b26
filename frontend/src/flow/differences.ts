/** What has changed between two states of a flow, gathered from the designer's changes: for a summary, and for marks on the drawing. */
import type { Change, FlowDocument, FlowNode, NodeType } from '../api/types'

export type Marked = 'added' | 'removed' | 'changed' | 'moved'
export interface Changed { node: string; name: string; what: string[] }
export interface Summary { added: string[]; removed: string[]; changed: Changed[]; moved: string[]; frame: Change[] }
export interface Words { nodeName: string; outlets: string }
type Types = Record<string, NodeType>

export function summary(changes: readonly Change[], after: FlowDocument, types: Types, words: Words): Summary {
  const found: Summary = { added: [], removed: [], changed: [], moved: [], frame: [] }
  const changed = new Map<string, Changed>()
  for (const change of changes) {
    const { kind, node } = change
    if (kind === 'document' && FOR_THE_EYE.has(change.path)) continue
    if (node === null) found.frame.push(change)
    else if (kind === 'node_added') found.added.push(nameOf(node, change.after as FlowNode, types))
    else if (kind === 'node_removed') found.removed.push(nameOf(node, change.before as FlowNode, types))
    else if (kind === 'node_moved') found.moved.push(node)
    else {
      const one = changed.get(node) ?? { node, name: nameOf(node, after.nodes[node], types), what: [] }
      const what = placeOf(change.path, types[after.nodes[node]?.type ?? ''], words)
      if (what && !one.what.includes(what)) one.what.push(what)
      changed.set(node, one)
    }
  }
  found.changed = [...changed.values()]
  return found
}

/** Notes and groups are told by the list of changes, not by the summary: no session is different for them. */
const FOR_THE_EYE = new Set(['notes', 'groups'])

/** What to mark on the drawing before and on the one after; what changed is more than what moved. */
export function marks(changes: readonly Change[]): { before: Map<string, Marked>; after: Map<string, Marked> } {
  const before = new Map<string, Marked>()
  const after = new Map<string, Marked>()
  for (const { kind, node, path, before: was } of changes) {
    if (node === null) continue
    if (kind === 'node_added') after.set(node, 'added')
    else if (kind === 'node_removed') before.set(node, 'removed')
    else {
      const mark = kind === 'node_moved' ? 'moved' : 'changed'
      // A node that has only another id stands under the old one on the other side.
      const old = kind === 'node_renamed' && path === `nodes.${node}` && typeof was === 'string' ? was : node
      for (const [side, id] of [[before, old], [after, node]] as const) if (side.get(id) !== 'changed') side.set(id, mark)
    }
  }
  return { before, after }
}

export function nameOf(id: string, node: FlowNode | undefined, types: Types): string {
  return node?.name || types[node?.type ?? '']?.label || id
}

function placeOf(path: string, type: NodeType | undefined, words: Words): string {
  const [, , part, field = ''] = path.split('.')
  if (part === 'name') return words.nodeName
  if (part === 'outlets') return words.outlets
  if (part === 'config') return type?.schema.properties?.[field]?.title ?? field
  return ''
}
