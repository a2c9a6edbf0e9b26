/**
 * The fixes that faults offer, each as an edit of the document. A kind that needs a person's words, or that this page
 * does not know yet, has no edit: the reader is led to its place instead.
 */
import type { FlowDocument, Mend } from '../api/types'
import { outletIds } from '../form/columns'
import { valueAt } from '../form/value'
import * as edit from './document'
import { changedAt } from './places'

export type Edit = (document: FlowDocument) => FlowDocument

const ITEM = /^nodes\.([a-z][a-z0-9_]*)\.config\.[^.]+\.\d+$/

/** The edit that mends a fault, if it can be done without asking. */
export function mending(document: FlowDocument, mend: Mend): Edit | null {
  const { node, outlet, path, value, from, to } = mend.data as Record<string, string | undefined>
  switch (mend.kind) {
    case 'connect': {
      const target = node && outlet ? likelyTarget(document, node, outlet) : null
      return node && outlet && target ? (before) => edit.connect(before, node, outlet, target) : null
    }
    case 'remove_node':
      return node && node in document.nodes ? (before) => edit.remove(before, [node]) : null
    case 'remove':
      return path ? (before) => removed(before, path) : null
    case 'set':
      return path && value !== undefined ? (before) => changedAt(before, path, () => mend.data['value']) : null
    case 'rename':
      return path && from && to ? (before) => changedAt(before, path, (text) => renamed(text, from, to)) : null
    default:
      return null
  }
}

/**
 * Where a loose outlet most likely belongs: to the node that several outlets beside it lead to already, or to the one
 * that outlets of its name lead to elsewhere. Null where the drawing says nothing of it.
 */
export function likelyTarget(document: FlowDocument, node: string, outlet: string): string | null {
  const beside = Object.values(document.nodes[node]?.outlets ?? {})
  return most(beside, 2, node, document) ?? most(alike(document).get(outlet) ?? [], 1, node, document)
}

const ALIKE = new WeakMap<FlowDocument, Map<string, string[]>>()

/** Where outlets of each name lead to; looked up once for a document, for a large one has hundreds of faults to mend. */
function alike(document: FlowDocument): Map<string, string[]> {
  const known = ALIKE.get(document)
  if (known) return known
  const found = new Map<string, string[]>()
  for (const one of Object.values(document.nodes)) {
    for (const [outlet, target] of Object.entries(one.outlets ?? {})) {
      const list = found.get(outlet)
      if (list) list.push(target)
      else found.set(outlet, [target])
    }
  }
  ALIKE.set(document, found)
  return found
}

function most(targets: string[], least: number, self: string, document: FlowDocument): string | null {
  const counts = new Map<string, number>()
  for (const target of targets) if (target !== self && target in document.nodes) counts.set(target, (counts.get(target) ?? 0) + 1)
  const [best, second] = [...counts].sort((a, b) => b[1] - a[1])
  return best && best[1] >= least && best[1] > (second?.[1] ?? 0) ? best[0] : null
}

/** Without what stands at the path. An entry that owned an outlet takes its edge along. */
function removed(document: FlowDocument, path: string): FlowDocument {
  const next = changedAt(document, path, () => undefined)
  const node = ITEM.exec(path)?.[1]
  const owned = node && outletIds(valueAt(document, path)).find((id) => document.nodes[node]?.outlets?.[id])
  return node && owned && next !== document ? edit.disconnect(next, node, owned) : next
}

const CODE = /\{\{.*?\}\}|\{%.*?%\}/gs

/** A name written in another way, wherever a template or a condition reads it. */
function renamed(value: unknown, from: string, to: string): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, from, to))
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed(one, from, to)]))
  if (typeof value !== 'string') return value
  const name = new RegExp(`(?<![\\w.])${from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?!\\w)`, 'g')
  const inside = (code: string) => code.replace(name, () => to)
  return value.includes('{{') || value.includes('{%') ? value.replace(CODE, inside) : inside(value)
}
