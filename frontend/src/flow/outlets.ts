/** Which outlets a node shows: those of the last check, else its type's, and whatever the document connects besides. */
import type { CheckedNode, FlowNode, NodeType, OutletInfo } from '../api/types'

const HUNG_UP = 'hung_up'
const KEY = /^[0-9*#]$/

export function outletsOf(node: FlowNode, checked: CheckedNode | undefined, type: NodeType | undefined): OutletInfo[] {
  const listed = checked?.outlets ?? type?.outlets ?? []
  const known = new Set(listed.map((outlet) => outlet.id))
  const kept = Object.keys(node.outlets ?? {}).filter((id) => !known.has(id)).map((id) => ({ id, label: id }))
  const all = [...listed, ...kept]
  return [...all.filter((outlet) => outlet.id !== HUNG_UP), ...all.filter((outlet) => outlet.id === HUNG_UP)]
}

/** The outlet that quick-add leads on from: the first that goes nowhere, else the first. */
export function defaultOutlet(node: FlowNode, outlets: OutletInfo[]): string | null {
  const real = outlets.filter((outlet) => outlet.id !== HUNG_UP)
  return (real.find((outlet) => !node.outlets?.[outlet.id]) ?? real[0])?.id ?? null
}

/** An outlet as it is drawn: the key in bold, then its words. */
export function outletWords(outlet: OutletInfo): { key: string | null; words: string } {
  if (!KEY.test(outlet.id)) return { key: null, words: outlet.label }
  const rest = outlet.label.startsWith(outlet.id) ? outlet.label.slice(1).trim() : outlet.label
  return { key: outlet.id, words: rest }
}

export const isHungUp = (id: string): boolean => id === HUNG_UP
