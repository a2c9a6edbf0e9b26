/**
 * Groups: nodes that belong together under one name, drawn in a frame or folded into one card. A node says which group
 * it is in, the document says how the group is called, so two people who edit different nodes never collide.
 */
import type { FlowDocument, FlowNode, Group } from '../api/types'
import { uniqueId } from './unique'

/** A group is selected and drawn as `group:booking`. */
export const groupKey = (group: string): string => `group:${group}`
export const groupOfKey = (key: string): string | null => (key.startsWith('group:') ? key.slice(6) : null)

export function groupIds(document: FlowDocument, group: string): string[] {
  return Object.entries(document.nodes).filter(([, node]) => node.group === group).map(([id]) => id)
}

/** The groups with their members; one without members is not drawn. */
export function groupsOf(document: FlowDocument): Map<string, { group: Group; ids: string[] }> {
  const found = new Map<string, { group: Group; ids: string[] }>()
  if (!document.groups) return found
  for (const [id, node] of Object.entries(document.nodes)) {
    const group = node.group === undefined ? undefined : document.groups[node.group]
    if (!group || node.group === undefined) continue
    const known = found.get(node.group)
    if (known) known.ids.push(id)
    else found.set(node.group, { group, ids: [id] })
  }
  return found
}

/** Which folded group stands for a node, if one does. */
export function foldedIn(document: FlowDocument): Map<string, string> {
  const found = new Map<string, string>()
  for (const [group, { group: { folded }, ids }] of groupsOf(document)) if (folded) for (const id of ids) found.set(id, group)
  return found
}

/** What is selected as nodes: a group stands for its members. */
export function nodesSelected(document: FlowDocument, selected: readonly string[]): string[] {
  const ids = selected.flatMap((key) => {
    const group = groupOfKey(key)
    return group === null ? (key in document.nodes ? [key] : []) : groupIds(document, group)
  })
  return [...new Set(ids)]
}

/** Nodes become a group; whatever group they were in loses them. */
export function grouped(document: FlowDocument, ids: readonly string[], name: string): { document: FlowDocument; group: string } | null {
  const members = new Set(ids.filter((id) => id in document.nodes))
  if (members.size === 0) return null
  const group = uniqueId(new Set(Object.keys(document.groups ?? {})), 'group')
  const nodes = mapped(document, members, (node) => ({ ...node, group }))
  return { document: tidied({ ...document, nodes, groups: { ...document.groups, [group]: { name } } }), group }
}

/** The nodes stay, the frame goes. */
export function ungrouped(document: FlowDocument, groups: readonly string[]): FlowDocument {
  const gone = new Set(groups)
  const members = new Set(Object.entries(document.nodes).filter(([, node]) => node.group !== undefined && gone.has(node.group)).map(([id]) => id))
  return tidied({ ...document, nodes: mapped(document, members, apart) })
}

/** Nodes leave the group they are in. */
export function takenOut(document: FlowDocument, ids: readonly string[]): FlowDocument {
  const members = new Set(ids.filter((id) => document.nodes[id]?.group !== undefined))
  return members.size === 0 ? document : tidied({ ...document, nodes: mapped(document, members, apart) })
}

export function folded(document: FlowDocument, group: string, fold: boolean): FlowDocument {
  const known = document.groups?.[group]
  if (!known || (known.folded ?? false) === fold) return document
  const { folded: _, ...rest } = known
  return { ...document, groups: { ...document.groups, [group]: fold ? { ...rest, folded: true } : rest } }
}

export function groupRenamed(document: FlowDocument, group: string, name: string): FlowDocument {
  const known = document.groups?.[group]
  return !known || known.name === name ? document : { ...document, groups: { ...document.groups, [group]: { ...known, name } } }
}

/** Without groups that have no members any more; without `groups` when none is left. */
export function tidied(document: FlowDocument): FlowDocument {
  if (!document.groups) return document
  const used = new Set(Object.values(document.nodes).map((node) => node.group))
  const left = Object.entries(document.groups).filter(([group]) => used.has(group))
  if (left.length === Object.keys(document.groups).length && left.length > 0) return document
  const { groups: _, ...rest } = document
  return left.length > 0 ? { ...rest, groups: Object.fromEntries(left) } as FlowDocument : (rest as FlowDocument)
}

function mapped(document: FlowDocument, ids: ReadonlySet<string>, change: (node: FlowNode) => FlowNode): Record<string, FlowNode> {
  return Object.fromEntries(Object.entries(document.nodes).map(([id, node]) => [id, ids.has(id) ? change(node) : node]))
}

function apart({ group: _, ...node }: FlowNode): FlowNode {
  return node as FlowNode
}
