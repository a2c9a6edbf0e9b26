/** Finding words in a flow: names, types, texts of every language, conditions, ids. Each find says where it stands. */
import type { FlowDocument, NodeType } from '../api/types'
import { isRecord } from '../form/value'
import { initials } from '../palette/match'

export type Where = 'name' | 'type' | 'id' | 'config' | 'outlet' | 'note' | 'group'
/** `path` is relative to the node, as goals are: `config.prompt.en`. `from` and `to` bound the words inside `text`. */
export interface Find { key: string; id: string; where: Where; path: string; text: string; from: number; to: number }

const MOST = 200
const BEFORE = 24
const AROUND = 90

/** Everything that has the words in it, node by node in the order given. */
export function search(document: FlowDocument, types: Record<string, NodeType>, words: string, order: readonly string[] = Object.keys(document.nodes)): Find[] {
  const wanted = words.trim().toLowerCase()
  if (wanted === '') return []
  const finds: Find[] = []
  const look = (id: string, where: Where, path: string, text: string, byInitials = false) => {
    const at = text.toLowerCase().indexOf(wanted)
    if (at >= 0) finds.push({ key: `${id} ${path}`, id, where, path, ...excerpt(text, at, wanted.length) })
    else if (byInitials && initials(text).replace(/\s+/g, '').startsWith(wanted)) finds.push({ key: `${id} ${path}`, id, where, path, text, from: 0, to: 0 })
  }
  for (const id of order) {
    const node = document.nodes[id]
    if (!node || finds.length >= MOST) continue
    const type = types[node.type]
    look(id, 'name', '', node.name || type?.label || id, true)
    if (node.name && node.name !== type?.label) look(id, 'type', '', type?.label ?? node.type, true)
    look(id, 'id', '', id)
    texts(node.config, 'config', (path, text) => look(id, 'config', path, text))
    for (const outlet of Object.keys(node.outlets ?? {})) look(id, 'outlet', `outlets.${outlet}`, outlet)
  }
  ;(document.notes ?? []).forEach((note, index) => look(`note:${index}`, 'note', '', note.text))
  for (const [group, { name }] of Object.entries(document.groups ?? {})) look(`group:${group}`, 'group', '', name)
  return oncePerPlace(finds).slice(0, MOST)
}

/** A node whose name says it need not be found again by its type or its id. */
function oncePerPlace(finds: Find[]): Find[] {
  const named = new Set(finds.filter((find) => find.where === 'name').map((find) => find.id))
  return finds.filter((find) => !(named.has(find.id) && (find.where === 'type' || find.where === 'id')))
}

function texts(value: unknown, path: string, tell: (path: string, text: string) => void): void {
  if (typeof value === 'string') tell(path, value)
  else if (typeof value === 'number') tell(path, String(value))
  else if (Array.isArray(value)) value.forEach((one, at) => texts(one, `${path}.${at}`, tell))
  else if (isRecord(value)) for (const [key, one] of Object.entries(value)) texts(one, `${path}.${key}`, tell)
}

function excerpt(text: string, at: number, length: number): { text: string; from: number; to: number } {
  const begin = at > BEFORE ? at - BEFORE : 0
  const end = Math.min(text.length, at + length + AROUND)
  const head = begin > 0 ? '…' : ''
  return {
    text: head + text.slice(begin, end).replace(/\s/g, ' ') + (end < text.length ? '…' : ''),
    from: head.length + at - begin, to: head.length + at - begin + length,
  }
}
