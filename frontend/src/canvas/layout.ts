/** Tidy up by dagre: ranks from top to bottom, children in the order of their outlets. Loaded only when it is asked for. */
import type { At } from '../flow/document'
import type { Size } from './geometry'

export interface LayoutNode extends Size { id: string; children: string[] }

/** `groups` says which group a node stands in: members stay together. */
export async function tidy(nodes: LayoutNode[], start: string | null, groups: Record<string, string> = {}): Promise<Record<string, At>> {
  const { Graph, layout } = await import('@dagrejs/dagre').then((module) => ({ Graph: module.graphlib.Graph, layout: module.layout }))
  const graph = new Graph({ multigraph: false, compound: true })
  graph.setGraph({ rankdir: 'TB', nodesep: 28, ranksep: 37, marginx: 0, marginy: 0 })
  graph.setDefaultEdgeLabel(() => ({}))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  // Walked from the start, so that what comes first in the talk comes first in the drawing, and back edges stay back edges.
  const seen = new Set<string>()
  const walk = (first: string) => {
    const open = [first]
    while (open.length > 0) {
      const id = open.pop() as string
      const node = byId.get(id)
      if (!node || seen.has(id)) continue
      seen.add(id)
      graph.setNode(id, { width: node.width, height: node.height })
      open.push(...[...node.children].reverse())
    }
  }
  const framed = new Map<string, string>()
  const owned = new Set<string>()
  const constraints: { left: string; right: string }[] = []
  if (start) walk(start)
  nodes.forEach((node) => walk(node.id))
  for (const [id, group] of Object.entries(groups)) {
    if (!seen.has(id)) continue
    framed.set(id, group)
    graph.setNode(`group ${group}`, {})
    graph.setParent(id, `group ${group}`)
  }
  for (const id of seen) {
    for (const child of new Set(byId.get(id)?.children ?? [])) if (child !== id && byId.has(child)) graph.setEdge(id, child)
  }
  // Siblings keep the order of their outlets; a node counts as a child of the first that leads to it, so no circle can arise.
  for (const id of seen) {
    const own = [...new Set(byId.get(id)?.children ?? [])].filter((child) => byId.has(child) && child !== id && child !== start && !owned.has(child))
    own.forEach((child, index) => {
      owned.add(child)
      const left = own[index - 1]
      if (left && framed.get(left) === framed.get(child)) constraints.push({ left, right: child })
    })
  }
  layout(graph, { constraints })
  const places: Record<string, At> = {}
  for (const { id, width, height } of nodes) {
    const placed = graph.node(id) as { x: number; y: number }
    places[id] = [Math.round(placed.x - width / 2), Math.round(placed.y - height / 2)]
  }
  return spread(places, byId)
}

/** Cards of one rank stand on one line: pills and cards share their upper edge. */
function spread(places: Record<string, At>, byId: Map<string, LayoutNode>): Record<string, At> {
  const ranks = new Map<number, string[]>()
  for (const [id, [, y]] of Object.entries(places)) {
    const centre = Math.round(y + (byId.get(id)?.height ?? 0) / 2)
    ranks.set(centre, [...(ranks.get(centre) ?? []), id])
  }
  for (const ids of ranks.values()) {
    const top = Math.min(...ids.map((id) => places[id]?.[1] ?? 0))
    for (const id of ids) places[id] = [places[id]?.[0] ?? 0, top]
  }
  return places
}

/** Where a new node goes: 37 below the one it follows, in the first free column; else right of everything. */
export function freePlace(boxes: { x: number; y: number; width: number; height: number }[], wanted: At, size: Size): At {
  const overlaps = (x: number, y: number) =>
    boxes.some((box) => x < box.x + box.width + 20 && box.x < x + size.width + 20 && y < box.y + box.height + 20 && box.y < y + size.height + 20)
  for (let column = 0; column < 40; column += 1) {
    const x = wanted[0] + column * (size.width + 28)
    if (!overlaps(x, wanted[1])) return [x, wanted[1]]
  }
  return wanted
}
