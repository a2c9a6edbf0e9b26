/** Putting a node into an edge, and taking nodes away so that the chain stays whole. */
import type { FlowDocument } from '../api/types'
import * as edit from '../flow/document'
import type { Box } from '../canvas/routing'

export interface Way { source: string; outlet: string }

/** The first outlet by which a node leads on; null for one that ends the session. */
export type FirstOutlet = (id: string) => string | null

const RANK = 37

/** Whether a node may be dropped into an edge: nothing leads to it, its way on is open, and it is not an end of that edge. */
export function fits(document: FlowDocument, id: string, edge: Way, first: FirstOutlet): boolean {
  const node = document.nodes[id]
  const target = document.nodes[edge.source]?.outlets?.[edge.outlet]
  if (!node || !target || edge.source === id || target === id) return false
  const outlet = first(id)
  if (outlet !== null && node.outlets?.[outlet]) return false
  return !Object.values(document.nodes).some((other) => Object.values(other.outlets ?? {}).includes(id))
}

/** The node stands in the edge now: the outlet leads to it, its first outlet to where the outlet led. */
export function spliced(document: FlowDocument, id: string, edge: Way, outlet: string | null): FlowDocument {
  const target = document.nodes[edge.source]?.outlets?.[edge.outlet]
  if (!target || !(id in document.nodes) || target === id || edge.source === id) return document
  const next = edit.connect(document, edge.source, edge.outlet, id)
  return outlet === null ? next : edit.connect(next, id, outlet, target)
}

/**
 * Room for a node below `source`: where it goes, and how far everything below must move. Nothing moves where there is
 * room already, nor for an edge that leads back up.
 */
export function roomFor(boxes: Map<string, Box>, source: string, target: string, size: { width: number; height: number }): { at: edit.At; moved: Record<string, edit.At> } | null {
  const from = boxes.get(source)
  const to = boxes.get(target)
  if (!from || !to) return null
  const top = from.y + from.height + RANK
  const back = to.y < top - RANK
  const middle = back ? from.x + from.width / 2 : to.x + to.width / 2
  const shift = back ? 0 : Math.max(0, top + size.height + RANK - to.y)
  const moved: Record<string, edit.At> = {}
  if (shift > 0) for (const box of boxes.values()) if (box.y >= to.y - 20 && box.id !== source) moved[box.id] = [box.x, box.y + shift]
  return { at: [Math.round(middle - size.width / 2), top], moved }
}

/** Nodes go, and what led to them leads to where they led on. */
export function removedWhole(document: FlowDocument, ids: readonly string[], first: FirstOutlet): FlowDocument {
  const gone = new Set(ids.filter((id) => id in document.nodes))
  const onward = (id: string): string | null => {
    const seen = new Set<string>()
    let here: string | null = id
    while (here !== null && gone.has(here)) {
      if (seen.has(here)) return null
      seen.add(here)
      const node: FlowDocument['nodes'][string] | undefined = document.nodes[here]
      const outlet = first(here)
      here = (outlet === null ? undefined : node?.outlets?.[outlet]) ?? Object.values(node?.outlets ?? {})[0] ?? null
    }
    return here
  }
  let next = document
  for (const [id, node] of Object.entries(document.nodes)) {
    if (gone.has(id)) continue
    for (const [outlet, target] of Object.entries(node.outlets ?? {})) {
      const to = gone.has(target) ? onward(target) : null
      // What would lead to itself is a circle that nobody has drawn.
      if (to !== null && to !== id) next = edit.connect(next, id, outlet, to)
    }
  }
  const start = document.start && gone.has(document.start) ? onward(document.start) : null
  const hangUp = document.on_hang_up && gone.has(document.on_hang_up) ? onward(document.on_hang_up) : null
  if (start) next = edit.setStart(next, start)
  if (hangUp) next = edit.setOnHangUp(next, hangUp)
  return edit.remove(next, [...gone])
}
