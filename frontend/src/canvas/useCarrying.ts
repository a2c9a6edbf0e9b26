/** Dragging on the drawing: cards, notes and whole groups are moved, copied with Shift, or dropped into an edge. */
import { useStoreApi, type OnNodeDrag, type ReactFlowInstance } from '@xyflow/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { FlowDocument } from '../api/types'
import { groupIds, groupOfKey } from '../drawing/groups'
import { fits, roomFor, spliced } from '../drawing/splice'
import * as edit from '../flow/document'
import { noteIndex, useFlow } from '../flow/store'
import { inSight, useCarried } from './carried'
import type { AnyNode, CardData, LaneEdgeType } from './cards'
import { splitKey } from './live'
import type { Box, Point } from './routing'
import { useSplicing } from './splicing'
import { edgeUnder } from './under'
import { LARGE } from './useDrawing'
import { firstOutlet } from './ways'
import type { Clipboard } from './useClipboard'

interface Seen { cards: Map<string, CardData>; all: Map<string, CardData>; boxes: Map<string, Box>; paths: Map<string, Point[]> }
const SHRUNK = 12

export function useCarrying(flow: ReactFlowInstance<AnyNode, LaneEdgeType>, clipboard: Clipboard) {
  const [moving, setMoving] = useState<Record<string, edit.At> | null>(null)
  const store = useStoreApi<AnyNode, LaneEdgeType>()
  /** The view in which all that is carried was in sight where React Flow has it: while it stands still the cards are moved without React Flow. */
  const still = useRef<readonly [number, number, number] | null>(null)
  const seen = useRef<Seen>({ cards: new Map(), all: new Map(), boxes: new Map(), paths: new Map() })
  const began = useRef(new Map<string, edit.At>())
  const over = useSplicing((state) => state.over)
  useEffect(() => () => over(null), [over])
  useEffect(() => { if (moving === null) over(null) }, [moving, over])

  const look = useCallback((now: Seen) => { seen.current = now }, [])

  const standsStill = useCallback((places: Record<string, edit.At>) => {
    const { transform, nodeLookup, ...area } = store.getState()
    const boxes = Object.entries(places).map(([id, [x, y]]) => ({ x, y, width: nodeLookup.get(id)?.measured.width ?? 0, height: nodeLookup.get(id)?.measured.height ?? 0 }))
    return seen.current.cards.size > LARGE && inSight(boxes, transform, area) ? transform : null
  }, [store])

  /** React Flow says where a card is while it is dragged; a frame takes its members along. */
  const carry = useCallback((moved: Record<string, edit.At>) => {
    const document = useFlow.getState().history?.present
    if (!document) return
    const all = { ...moved }
    for (const [key, [x, y]] of Object.entries(moved)) {
      const group = groupOfKey(key)
      const from = began.current.get(key)
      if (group === null || !from || seen.current.cards.has(key)) continue
      for (const id of groupIds(document, group)) {
        const at = document.nodes[id]?.at ?? [0, 0]
        all[id] ??= [at[0] + x - from[0], at[1] + y - from[1]]
      }
    }
    useCarried.getState().carry(all)
    if (still.current === store.getState().transform) return
    setMoving(all)
    still.current = standsStill(all)
  }, [store, standsStill])

  const onDragStart: OnNodeDrag<AnyNode> = useCallback((_, __, nodes) => {
    began.current = new Map(nodes.map((node) => [node.id, [node.position.x, node.position.y]]))
    still.current = standsStill(Object.fromEntries(began.current))
    useCarried.getState().carry({})
    setMoving({})
  }, [standsStill])

  const onDrag: OnNodeDrag<AnyNode> = useCallback((_, node, nodes) => {
    over(nodes.length === 1 ? edgeFor(node, seen.current) : null)
  }, [over])

  const onDragStop = useCallback((event: MouseEvent | TouchEvent | React.MouseEvent, _: unknown, nodes: AnyNode[]) => {
    const { edit: change, history } = useFlow.getState()
    const edge = useSplicing.getState().edge
    over(null)
    setMoving(null)
    const first = nodes[0]
    if (!history || !first) return
    const from = began.current.get(first.id)
    if (event.shiftKey && from) return clipboard.copyTo(nodes.map((node) => node.id), [first.position.x - from[0], first.position.y - from[1]])
    change((before) => {
      const dropped = nodes.reduce((next, node) => placed(next, before, node, began.current.get(node.id)), before)
      return edge && nodes.length === 1 ? insertedInto(dropped, first.id, edge, seen.current) : dropped
    })
  }, [over, clipboard])

  /** It has ended, also where what was carried was taken away by somebody meanwhile. */
  const letGo = useCallback(() => setMoving(null), [])

  /** Where something from the palette would go in, under the pointer. */
  const overAt = useCallback((screen: { x: number; y: number } | null) => {
    if (!screen) return over(null)
    const { x, y } = flow.screenToFlowPosition(screen)
    const under = edgeUnder(seen.current.paths, { x: x - SHRUNK, y: y - SHRUNK, width: 2 * SHRUNK, height: 2 * SHRUNK })
    // What leads out of a folded group is several ways in one: nothing can be put into it.
    over(under !== null && groupOfKey(splitKey(under)[0]) === null ? under : null)
  }, [flow, over])

  return { moving, look, carry, letGo, onDragStart, onDrag, onDragStop, overAt }
}

function edgeFor(node: AnyNode, { all, paths }: Seen): string | null {
  const document = useFlow.getState().history?.present
  if (node.type !== 'card' || !document) return null
  const { width, height } = node.data.box
  const under = edgeUnder(paths, { x: node.position.x + SHRUNK, y: node.position.y + SHRUNK, width: width - 2 * SHRUNK, height: height - 2 * SHRUNK })
  if (under === null) return null
  const [source, outlet] = splitKey(under)
  return fits(document, node.id, { source, outlet }, firstOutlet(document, all)) ? under : null
}

function placed(next: FlowDocument, before: FlowDocument, node: AnyNode, from: edit.At | undefined): FlowDocument {
  const at: edit.At = [node.position.x, node.position.y]
  const index = noteIndex(node.id)
  if (index !== null) return edit.changeNote(next, index, { at: [Math.round(at[0]), Math.round(at[1])] })
  const group = groupOfKey(node.id)
  if (group === null) return edit.move(next, { [node.id]: at })
  if (!from) return next
  const [dx, dy] = [at[0] - from[0], at[1] - from[1]]
  const places = groupIds(before, group).map((id): [string, edit.At] => {
    const [x, y] = before.nodes[id]?.at ?? [0, 0]
    return [id, [x + dx, y + dy]]
  })
  return edit.move(next, Object.fromEntries(places))
}

/** The node between the two ends of the edge, with room made for it. */
export function insertedInto(document: FlowDocument, id: string, edge: string, { all, boxes }: Pick<Seen, 'all' | 'boxes'>): FlowDocument {
  const [source, outlet] = splitKey(edge)
  const target = document.nodes[source]?.outlets?.[outlet]
  const card = all.get(id)
  if (!target || !card) return document
  const others = new Map([...boxes].filter(([key]) => key !== id))
  const room = roomFor(others, source, target, card.box)
  const next = spliced(document, id, { source, outlet }, firstOutlet(document, all)(id))
  return room && next !== document ? movedWithGroups(next, { ...room.moved, [id]: room.at }, boxes) : next
}

/** Moves cards, and the members of folded groups along with theirs. */
export function movedWithGroups(document: FlowDocument, places: Record<string, edit.At>, boxes: Map<string, Box>): FlowDocument {
  const all: Record<string, edit.At> = {}
  for (const [key, at] of Object.entries(places)) {
    const group = groupOfKey(key)
    const box = boxes.get(key)
    if (group === null) all[key] = at
    else if (box) for (const id of groupIds(document, group)) {
      const [x, y] = document.nodes[id]?.at ?? [0, 0]
      all[id] = [x + at[0] - box.x, y + at[1] - box.y]
    }
  }
  return edit.move(document, all)
}
