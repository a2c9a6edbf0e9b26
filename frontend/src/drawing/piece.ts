/** A piece of a flow, seen from outside: where it is entered, where it leads, what it reads and what it sets. */
import type { FlowDocument } from '../api/types'
import { isRecord } from '../form/value'
import { namesIn } from './references'

/** Why a piece cannot become a flow of its own. */
export interface Refusal { why: 'none' | 'entries' | 'unreached' | 'hangUps' | 'types'; names: string[] }

/** The one node that the piece is entered by. */
export function entryOf(document: FlowDocument, inside: ReadonlySet<string>): string | Refusal {
  if (inside.size === 0) return { why: 'none', names: [] }
  const entries = new Set<string>()
  const led = new Set<string>()
  for (const [id, node] of Object.entries(document.nodes)) {
    for (const target of Object.values(node.outlets ?? {})) {
      if (!inside.has(target)) continue
      if (inside.has(id)) { if (id !== target) led.add(target) } else entries.add(target)
    }
  }
  for (const id of [document.start, document.on_hang_up]) if (id && inside.has(id)) entries.add(id)
  // Nothing leads to it yet: then it begins where nothing inside leads to either.
  if (entries.size === 0) for (const id of inside) if (!led.has(id)) entries.add(id)
  const [first, ...others] = entries
  if (first === undefined) return { why: 'unreached', names: [] }
  return others.length === 0 ? first : { why: 'entries', names: [...entries].map((id) => document.nodes[id]?.name || id) }
}

export interface Ways {
  /** The nodes outside that it leads to, in the order of the drawing. */
  exits: string[]
  /** Where it leads after a hang-up. */
  hangUp: string | null
  /** Whether it can end the session by itself: by a node without outlets, or by an outlet that leads nowhere. */
  ends: boolean
}

/** An outlet for what has failed that leads nowhere is no end: the sub-flow is over then, and the flow goes on. */
const SILENT = new Set(['failed', 'hung_up'])

export function waysOut(document: FlowDocument, inside: ReadonlySet<string>, outletsOf: (id: string) => readonly string[]): Ways | Refusal {
  const exits = new Set<string>()
  const hangUps = new Set<string | null>()
  let ends = false
  for (const id of inside) {
    const targets = document.nodes[id]?.outlets ?? {}
    const outlets = new Set([...outletsOf(id), ...Object.keys(targets)])
    if (outlets.size === 0) ends = true
    for (const outlet of outlets) {
      const target = targets[outlet]
      if (outlet === 'hung_up') { if (target === undefined || !inside.has(target)) hangUps.add(target ?? null) }
      else if (target === undefined) ends ||= !SILENT.has(outlet)
      else if (!inside.has(target)) exits.add(target)
    }
  }
  if (hangUps.size > 1) return { why: 'hangUps', names: [...hangUps].flatMap((id) => (id === null ? [] : document.nodes[id]?.name || id)) }
  return { exits: [...exits], hangUp: [...hangUps][0] ?? null, ends }
}

/** The results and variables that some nodes read. */
export function reads(document: FlowDocument, of: (id: string) => boolean): { results: Set<string>; vars: Set<string> } {
  const configs = Object.entries(document.nodes).filter(([id]) => of(id)).map(([, node]) => node.config)
  return { results: new Set(namesIn(configs, 'results')), vars: new Set(namesIn(configs, 'vars')) }
}

/** The variables that some nodes set. */
export function setBy(document: FlowDocument, of: (id: string) => boolean): Set<string> {
  const found = new Set<string>()
  for (const [id, { type, config }] of Object.entries(document.nodes)) {
    const variables = type === 'set' && of(id) ? config?.['variables'] : undefined
    if (isRecord(variables)) Object.keys(variables).forEach((name) => found.add(name))
  }
  return found
}
