/** People in a flow's earlier versions when a new one is published: where they are, where they could go on, how many it concerns. */
import type { FlowDocument, InFlightPlace, InFlightWish } from '../api/types'

/** Those who stand at one node, in whatever version. `node` is null where a session has only begun. */
export interface Standing { node: string | null; types: string[]; sessions: number; talking: number }
/** `keep`, `end`, or the id of the node of the new version where they go on. */
export type Fate = string
export type Choice = 'move' | 'keep' | 'end' | 'nodes'

export function standing(places: readonly InFlightPlace[]): Standing[] {
  const found = new Map<string | null, Standing>()
  for (const { node, type, sessions, on_the_line } of places) {
    const one = found.get(node) ?? { node, types: [], sessions: 0, talking: 0 }
    if (type !== null && !one.types.includes(type)) one.types.push(type)
    found.set(node, { ...one, sessions: one.sessions + sessions, talking: one.talking + on_the_line })
  }
  return [...found.values()].sort((a, b) => b.sessions - a.sessions)
}

/** The nodes where those who stand at one can go on: of the same type, their own first. */
export function targets(one: Standing, document: FlowDocument): string[] {
  const fits = Object.entries(document.nodes).filter(([, node]) => one.types.length === 1 && node.type === one.types[0]).map(([id]) => id)
  return one.node !== null && fits.includes(one.node) ? [one.node, ...fits.filter((id) => id !== one.node)] : fits
}

/** Those who cannot all move without a word, because their node is gone or of another type. */
export function stranded(people: readonly Standing[], document: FlowDocument): Standing[] {
  return people.filter((one) => one.node !== null && targets(one, document)[0] !== one.node)
}

/** What each node's people do unless something else is said: they move where they can, and stay where they cannot. */
export function fates(people: readonly Standing[], document: FlowDocument): Record<string, Fate> {
  return Object.fromEntries(people.flatMap((one) => (one.node === null ? [] : [[one.node, targets(one, document)[0] === one.node ? one.node : 'keep']])))
}

export function wish(choice: Choice, byNode: Readonly<Record<string, Fate>>): InFlightWish {
  if (choice === 'keep' || choice === 'end') return choice
  if (choice === 'move') return { move: {}, waiting_only: true }
  return { nodes: Object.fromEntries(Object.entries(byNode).map(([node, fate]) => [node, fate === 'keep' || fate === 'end' ? fate : fate === node ? 'move' : { move: fate }])) }
}

/** How many move, and how many are ended. */
export function concerned(choice: Choice, people: readonly Standing[], byNode: Readonly<Record<string, Fate>>): { move: number; end: number } {
  const sum = (meant: (one: Standing) => boolean, count: (one: Standing) => number) => people.filter(meant).reduce((total, one) => total + count(one), 0)
  const all = (one: Standing) => one.sessions
  if (choice === 'keep') return { move: 0, end: 0 }
  if (choice === 'end') return { move: 0, end: sum(() => true, all) }
  if (choice === 'move') return { move: sum((one) => one.node !== null, (one) => one.sessions - one.talking), end: 0 }
  const fate = (one: Standing) => (one.node === null ? 'keep' : (byNode[one.node] ?? 'keep'))
  return { move: sum((one) => fate(one) !== 'keep' && fate(one) !== 'end', all), end: sum((one) => fate(one) === 'end', all) }
}
