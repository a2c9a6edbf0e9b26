/**
 * A piece of a flow becomes a flow of its own, and one node takes its place. A sub-flow shares the caller, the record and
 * the contact, but not results and variables: inputs and outputs are the only bridge. So every name that the piece reads
 * from outside goes in, every name that the rest reads from the piece comes out, and several ways on are told apart by
 * the sub-flow's outcome. One way on needs no such sign, unless the piece can also end the session by itself.
 */
import type { FlowDocument, FlowNode } from '../api/types'
import type { At } from '../flow/document'
import * as edit from '../flow/document'
import { entryOf, reads, setBy, waysOut, type Refusal } from './piece'
import { rewritten } from './references'
import { namesTaken, uniqueId, uniqueName } from './unique'

/** The node types that a sub-flow is made of, with the version of their configs. */
export const NEEDED = ['run_flow', 'branch', 'set', 'end'] as const
export type Versions = Record<(typeof NEEDED)[number], number>

export interface Wanted {
  name: string
  /** How the new flow is named in the node that runs it. */
  flow: string
  /** The outlets of each node as it stands. */
  outlets: (id: string) => readonly string[]
  versions: Versions
  words: { end: string; keep: string; branch: string }
}
export interface Split { sub: FlowDocument; main: FlowDocument; node: string; inputs: string[]; outputs: string[]; exits: number }

const RANK = 117
const BESIDE = 240
const HUNG_UP = 'hung_up'

export function extracted(document: FlowDocument, ids: readonly string[], wanted: Wanted): Split | Refusal {
  const inside = new Set(ids.filter((id) => id in document.nodes))
  const entry = entryOf(document, inside)
  if (typeof entry !== 'string') return entry
  const ways = waysOut(document, inside, wanted.outlets)
  if ('why' in ways) return ways
  const { exits, hangUp, ends } = ways
  const several = exits.length > 1 || (exits.length === 1 && ends)
  const node = uniqueId(new Set(Object.keys(document.nodes)), edit.newId({}, 'run_flow'))
  const names = bridge(document, inside, node)
  const sub = inner(document, inside, entry, { ...wanted, exits, several, names })
  const main = outer(document, inside, entry, { ...wanted, exits, several, ends, hangUp, node, names })
  return { sub, main, node, inputs: Object.keys(names.inputs), outputs: [...Object.keys(names.kept), ...names.returned], exits: exits.length }
}

interface Names {
  /** What goes in, by its name inside: the template that gives it. */
  inputs: Record<string, string>
  /** Results outside that the piece reads: the name of the input that brings each. */
  brought: Map<string, string>
  /** Results of the piece that the rest reads, by the variable that brings each out. */
  kept: Record<string, string>
  /** Variables that the piece sets and the rest reads. */
  returned: string[]
}

/** What has to go in and what has to come out. */
function bridge(document: FlowDocument, inside: ReadonlySet<string>, node: string): Names {
  const within = reads(document, (id) => inside.has(id))
  const without = reads(document, (id) => !inside.has(id))
  const setWithin = setBy(document, (id) => inside.has(id))
  const setWithout = setBy(document, (id) => !inside.has(id))
  const taken = new Set([...within.vars, ...setWithin])
  const free = (name: string) => {
    const found = uniqueId(taken, name)
    taken.add(found)
    return found
  }
  const inputs: Record<string, string> = {}
  // Walked again, it goes on from what it has set itself: a counter counts on.
  const again = comesBack(document, inside)
  const returned = [...setWithin].filter((name) => without.vars.has(name) || (again && within.vars.has(name)))
  for (const name of within.vars) if (!setWithin.has(name) || setWithout.has(name) || again) inputs[name] = `{{ vars.${name} }}`
  // A variable that this walk of the piece may not set keeps what it was.
  for (const name of returned) if (setWithout.has(name) || again) inputs[name] = `{{ vars.${name} }}`
  const brought = new Map<string, string>()
  for (const name of within.results) {
    if (inside.has(name) || !(name in document.nodes)) continue
    brought.set(name, free(name))
    inputs[brought.get(name) as string] = `{{ results.${name} }}`
  }
  const kept: Record<string, string> = {}
  for (const name of without.results) if (inside.has(name) && name !== node) kept[free(name)] = name
  return { inputs, brought, kept, returned }
}

type Inner = Wanted & { exits: string[]; several: boolean; names: Names }

function inner(document: FlowDocument, inside: ReadonlySet<string>, entry: string, { name, exits, several, names, versions, words }: Inner): FlowDocument {
  const places = [...inside].map((id) => document.nodes[id]?.at ?? ([0, 0] as At))
  const [left, top] = [Math.min(...places.map(([x]) => x)), Math.min(...places.map(([, y]) => y))]
  const bottom = Math.max(...places.map(([, y]) => y)) - top
  const nodes: Record<string, FlowNode> = {}
  for (const id of inside) {
    const { group: _, ...node } = document.nodes[id] as FlowNode
    const config = node.config && rewritten(node.config, (root, read) => (root === 'results' && names.brought.has(read) ? `vars.${names.brought.get(read)}` : null))
    nodes[id] = { ...node, ...(config && { config }), at: [(node.at?.[0] ?? 0) - left, (node.at?.[1] ?? 0) - top] } as FlowNode
  }
  const heads = new Map<string, string>()
  exits.forEach((target, at) => {
    const end = edit.newId(nodes, several ? `to_${target}` : 'end')
    nodes[end] = made('end', versions, words.end, [at * BESIDE, bottom + 2 * RANK], several ? { outcome: target } : {})
    const before = comesBefore(document, inside, target)
    const keeps = Object.entries(names.kept).filter(([, id]) => before.has(id))
    let head = end
    if (keeps.length > 0) {
      head = edit.newId(nodes, 'keep')
      const variables = Object.fromEntries(keeps.map(([variable, id]) => [variable, `{{ results.${id} }}`]))
      nodes[head] = { ...made('set', versions, words.keep, [at * BESIDE, bottom + RANK], { variables }), outlets: { done: end } }
    }
    heads.set(target, head)
  })
  for (const id of inside) {
    const node = nodes[id] as FlowNode
    const outlets = Object.entries(node.outlets ?? {}).flatMap(([outlet, target]) => {
      if (inside.has(target)) return [[outlet, target] as const]
      const head = outlet === HUNG_UP ? undefined : heads.get(target)
      return head === undefined ? [] : [[outlet, head] as const]
    })
    nodes[id] = { ...node, outlets: Object.fromEntries(outlets) }
  }
  const { languages, record_type: recordType } = document
  return { callweave: document.callweave, name, ...(languages && { languages }), ...(recordType !== undefined && { record_type: recordType }), start: entry, nodes }
}

/** Whether the way on from the piece may lead into it again. */
function comesBack(document: FlowDocument, inside: ReadonlySet<string>): boolean {
  const next = (id: string) => Object.values(document.nodes[id]?.outlets ?? {})
  const seen = new Set([...inside].flatMap(next).filter((id) => !inside.has(id)))
  for (const id of seen) for (const target of next(id)) if (inside.has(target)) return true; else seen.add(target)
  return false
}

/** The nodes of the piece that may have been walked where it leads to this node: the results of others are never known there. */
function comesBefore(document: FlowDocument, inside: ReadonlySet<string>, target: string): Set<string> {
  const found = new Set<string>()
  const look = (aims: (id: string, outlet: string) => boolean) => {
    for (const id of inside) {
      const outlets = Object.entries(document.nodes[id]?.outlets ?? {})
      if (found.has(id) || !outlets.some(([outlet, next]) => aims(next, outlet))) continue
      found.add(id)
      look((next) => next === id)
    }
  }
  look((next, outlet) => next === target && outlet !== HUNG_UP)
  return found
}

type Outer = Inner & { ends: boolean; hangUp: string | null; node: string }

function outer(document: FlowDocument, inside: ReadonlySet<string>, entry: string, parts: Outer): FlowDocument {
  const { name, flow, exits, several, ends, hangUp, node, names, versions, words } = parts
  const [x, y] = document.nodes[entry]?.at ?? [0, 0]
  const taken = namesTaken(document)
  const into = (id: string) => (inside.has(id) ? node : id)
  const output = new Map(Object.entries(names.kept).map(([variable, id]) => [id, variable]))
  const nodes: Record<string, FlowNode> = {}
  for (const [id, one] of Object.entries(document.nodes)) {
    if (inside.has(id)) continue
    const config = one.config && rewritten(one.config, (root, read) => (root === 'results' && output.has(read) ? `results.${node}.outputs.${output.get(read)}` : null))
    const outlets = Object.fromEntries(Object.entries(one.outlets ?? {}).map(([outlet, target]) => [outlet, into(target)]))
    const aimed = Object.values(one.outlets ?? {}).some((target) => inside.has(target))
    nodes[id] = config === one.config && !aimed ? one : { ...one, ...(config && { config }), ...(one.outlets && { outlets }) }
  }
  const title = uniqueName(taken, name)
  const run = made('run_flow', versions, title, [x, y], { flow, ...(Object.keys(names.inputs).length > 0 && { inputs: names.inputs }) })
  nodes[node] = run
  const onward: string[] = []
  const link = (id: string, one: FlowNode) => { nodes[id] = one; onward.push(id) }
  if (names.returned.length > 0) {
    const variables = Object.fromEntries(names.returned.map((variable) => [variable, `{{ results.${node}.outputs.${variable} }}`]))
    link(edit.newId(nodes, 'keep'), made('set', versions, words.keep, [x, y + RANK], { variables }))
  }
  let over: string | null = null
  if (ends) {
    over = edit.newId(nodes, 'end')
    nodes[over] = made('end', versions, words.end, [x + BESIDE, y + RANK * (onward.length + (several ? 2 : 1))], { outcome: `{{ results.${node}.value }}` })
  }
  if (several) {
    const labels = new Set<string>()
    const conditions = exits.map((target) => {
      const label = uniqueName(labels, document.nodes[target]?.name || target)
      labels.add(label)
      return { id: `to_${target}`.slice(0, 64), label, when: `results.${node}.value == '${target}'` }
    })
    const outlets = { ...Object.fromEntries(conditions.map((one, at) => [one.id, exits[at] as string])), ...(over !== null && { else: over }) }
    link(edit.newId(nodes, 'branch'), { ...made('branch', versions, words.branch, [x, y + RANK * (onward.length + 1)], { conditions }), outlets })
  }
  const last = several ? null : (exits[0] ?? over)
  const first = onward[0] ?? last
  nodes[node] = { ...run, outlets: { ...(first !== null && { completed: first }), ...(hangUp !== null && { [HUNG_UP]: hangUp }) } }
  onward.forEach((id, at) => {
    const next = onward[at + 1] ?? last
    const one = nodes[id]
    if (one?.type === 'set' && next) nodes[id] = { ...one, outlets: { done: next } }
  })
  const main: FlowDocument = { ...document, nodes }
  if (document.start && inside.has(document.start)) main.start = node
  if (document.on_hang_up && inside.has(document.on_hang_up)) main.on_hang_up = node
  return edit.remove(main, [])
}

function made(type: (typeof NEEDED)[number], versions: Versions, name: string, at: At, config: Record<string, unknown>): FlowNode {
  return { type, name, at, config, outlets: {}, ...(versions[type] > 1 && { config_version: versions[type] }) }
}
