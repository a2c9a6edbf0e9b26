/** From the document to what React Flow draws: cards, notes and edges, each kept as the same object until it changes. */
import type { Edge, Node } from '@xyflow/react'
import type { Checked, FlowDocument, FlowNode, NodeType } from '../api/types'
import type { At } from '../flow/document'
import { aboutNode, spoken, type NodeIssues } from '../flow/faults'
import { isHungUp, outletsOf, outletWords } from '../flow/outlets'
import type { Frame } from './folding'
import { cardBox, type CardBox } from './geometry'
import { edgeKey } from './live'
import { pathOf, type Box, type Point, type Wire } from './routing'

export interface CardOutlet { id: string; label: string; key: string | null; words: string; width: number; target: string | null; soft: boolean; warned: boolean }
export interface CardData extends Record<string, unknown> {
  name: string
  typeLabel: string
  summary: string
  icon: string | undefined
  medium: string
  missing: boolean
  outlets: CardOutlet[]
  box: CardBox
  errors: number
  warnings: number
  firstFault: string | null
  start: string | null
}
export type CardNode = Node<CardData, 'card'>
export type NoteNode = Node<{ text: string; index: number; size: At | null }, 'note'>
export type GroupNode = Node<{ card: CardData | null; frame: Frame | null }, 'group'>
export type AnyNode = CardNode | NoteNode | GroupNode
export type LaneData = { path: string; tip: Point } & Record<string, unknown>
export type LaneEdgeType = Edge<LaneData, 'lane'>

export interface Drawn {
  document: FlowDocument
  checked: Checked | null
  types: Record<string, NodeType>
  issues: Map<string, NodeIssues>
  startWords: string
  missingWords: (type: string) => string
  say: (key: string, values: Record<string, unknown>) => string
}

interface Kept { inputs: unknown[]; data: CardData }

/** Makes card data and remembers it: a card whose inputs are the same objects is the same object. */
export class CardMaker {
  private kept = new Map<string, Kept>()

  make(drawn: Drawn): Map<string, CardData> {
    const next = new Map<string, Kept>()
    for (const [id, node] of Object.entries(drawn.document.nodes)) {
      const start = drawn.document.start === id ? drawn.startWords : null
      const issues = drawn.issues.get(id)
      const known = drawn.checked?.nodes[id]
      const inputs = [node, start, Boolean(drawn.document.on_hang_up), drawn.types, known && JSON.stringify(known), issues && JSON.stringify(issues)]
      const before = this.kept.get(id)
      next.set(id, before && before.inputs.every((input, at) => input === inputs[at]) ? before : { inputs, data: card(drawn, id, node, start) })
    }
    this.kept = next
    return new Map([...next].map(([id, entry]) => [id, entry.data]))
  }
}

function card(drawn: Drawn, id: string, node: FlowNode, start: string | null): CardData {
  const type = drawn.types[node.type]
  const checked = drawn.checked?.nodes[id]
  const issues = drawn.issues.get(id)
  const outlets = outletsOf(node, checked, type)
  const name = node.name || type?.label || id
  const box = cardBox(name, outlets)
  const missing = !type && Object.keys(drawn.types).length > 0
  return {
    name,
    typeLabel: type?.label ?? node.type,
    summary: missing ? drawn.missingWords(node.type) : (checked?.summary ?? ''),
    icon: missing ? 'unknown' : type?.icon,
    medium: type?.medium ?? 'logic',
    missing,
    box,
    outlets: outlets.map((outlet, at) => {
      const target = node.outlets?.[outlet.id] ?? null
      return {
        ...outlet, ...outletWords(outlet), target, width: box.outlets[at]?.width ?? 0,
        soft: !target && isHungUp(outlet.id) && Boolean(drawn.document.on_hang_up),
        warned: issues?.outlets.includes(outlet.id) ?? false,
      }
    }),
    errors: issues?.errors ?? 0,
    warnings: issues?.warnings ?? 0,
    firstFault: issues?.first ? spoken(issues.first, aboutNode(id, drawn.document, drawn.checked, drawn.types), drawn.say) : null,
    start,
  }
}

export function placeOf(id: string, node: FlowNode | undefined, places: Record<string, At>): At {
  return places[id] ?? node?.at ?? [0, 0]
}

export function boxesOf(cards: Map<string, CardData>, document: FlowDocument, places: Record<string, At>): Map<string, Box> {
  return new Map([...cards].map(([id, data]) => {
    const [x, y] = placeOf(id, document.nodes[id], places)
    return [id, { id, x, y, width: data.box.width, height: data.box.height }]
  }))
}

export function wiresOf(cards: Map<string, CardData>, boxes: Map<string, Box>): Wire[] {
  const wires: Wire[] = []
  for (const [id, data] of cards) {
    const box = boxes.get(id)
    if (!box) continue
    data.outlets.forEach((outlet, at) => {
      if (!outlet.target) return
      const center = data.box.outlets[at]?.center ?? data.box.width / 2
      wires.push({ id: edgeKey(id, outlet.id), source: id, target: outlet.target, sx: box.x + center, sy: box.y + box.height })
    })
  }
  return wires
}

/** Frames (-2) lie lowest, then the lines, those of what is selected on top; cards (0) are above all of them: a line would take the clicks on its own outlet. */
const LYING = -1
const RAISED = 0

interface KeptEdge { edge: LaneEdgeType; points: Point[]; from: string; to: string; chosen: boolean; raised: boolean; words: unknown }

/** Edges, each the same object as before when its line and its words are. */
export class EdgeMaker {
  private kept = new Map<string, KeptEdge>()

  make(cards: Map<string, CardData>, paths: Map<string, Point[]>, selected: Set<string>, edge: string | null, words: (from: string, to: string) => string): LaneEdgeType[] {
    const next = new Map<string, KeptEdge>()
    for (const [id, data] of cards) {
      for (const outlet of data.outlets) {
        const target = outlet.target && cards.get(outlet.target)
        const key = edgeKey(id, outlet.id)
        const points = paths.get(key)
        if (!outlet.target || !target || !points) continue
        const chosen = edge === key
        const wanted = { points, from: outlet.label, to: target.name, chosen, raised: chosen || selected.has(id), words }
        const before = this.kept.get(key)
        if (before && before.edge.target === outlet.target && sameEdge(before, wanted)) {
          next.set(key, before)
          continue
        }
        next.set(key, {
          ...wanted,
          edge: {
            id: key, type: 'lane', source: id, sourceHandle: outlet.id, target: outlet.target, targetHandle: 'in',
            ariaLabel: words(outlet.words || outlet.label, target.name), selected: chosen, className: wanted.raised ? 'sel' : '', zIndex: wanted.raised ? RAISED : LYING,
            data: { path: pathOf(points), tip: points.at(-1) as Point },
          },
        })
      }
    }
    this.kept = next
    return [...next.values()].map((one) => one.edge)
  }
}

function sameEdge(a: KeptEdge, b: Omit<KeptEdge, 'edge'>): boolean {
  if (a.from !== b.from || a.to !== b.to || a.chosen !== b.chosen || a.raised !== b.raised || a.words !== b.words) return false
  return a.points === b.points || (a.points.length === b.points.length && a.points.every((point, at) => point[0] === b.points[at]?.[0] && point[1] === b.points[at]?.[1]))
}
