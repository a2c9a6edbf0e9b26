/** Adding a node, however it was asked for: at a point, after an outlet, or beside what is there. */
import { useReactFlow } from '@xyflow/react'
import { useMemo } from 'react'
import type { CardData } from '../canvas/cards'
import { cardBox, type Size } from '../canvas/geometry'
import { inSight, landing, middleOf } from '../canvas/landing'
import { freePlace } from '../canvas/layout'
import type { Box } from '../canvas/routing'
import { movedWithGroups } from '../canvas/useCarrying'
import { groupKey } from '../drawing/groups'
import { roomFor, spliced } from '../drawing/splice'
import * as edit from '../flow/document'
import { useNodeTypes } from '../flow/nodeTypes'
import { defaultOutlet, isHungUp } from '../flow/outlets'
import { useFlow, type EdgeId } from '../flow/store'

export const DRAG_TYPE = 'application/x-callweave-node-type'
const BELOW = 37

export interface Adding {
  /** Dropped on the drawing: its head stands where it fell. */
  drop: (type: string, at: edit.At) => string | null
  /** After an outlet, and led to from it; at a point if one is given, else below. Where the outlet leads on already, in between. */
  after: (type: string, from: EdgeId | null, at?: edit.At | null) => string | null
  /** Where quick-add would lead on from: the selected card's first loose outlet. */
  origin: () => EdgeId | null
}

export function useAdding(cards: Map<string, CardData>, boxes: Map<string, Box>): Adding {
  const flow = useReactFlow()
  return useMemo(() => {
    const add = (typeName: string, from: EdgeId | null, place: (size: { width: number; height: number }) => edit.At) => {
      const type = useNodeTypes.getState().byType[typeName]
      const { history, edit: change, welcome } = useFlow.getState()
      if (!type || !history) return null
      const id = edit.newId(history.present.nodes, type.type)
      const at = place(cardBox(type.label, type.outlets))
      const origin = from && { node: from.source, outlet: from.outlet }
      const node = { type: type.type, name: type.label, at, config: structuredClone(type.starter ?? {}), ...((type.version ?? 1) > 1 && { config_version: type.version }) }
      change((document) => edit.addAfter(document, origin, id, node))
      welcome(id)
      return id
    }
    /** Into an edge that is there: the new node's first outlet takes its target, and what is below makes room. */
    const between = (typeName: string, from: EdgeId, target: string) => {
      const type = useNodeTypes.getState().byType[typeName]
      const { history, edit: change, welcome } = useFlow.getState()
      const room = type && roomFor(boxes, from.source, shownAs(target), cardBox(type.label, type.outlets))
      if (!type || !history || !room) return null
      const id = edit.newId(history.present.nodes, type.type)
      const on = type.outlets.find((outlet) => !isHungUp(outlet.id))?.id ?? null
      const node = { type: type.type, name: type.label, at: room.at, config: structuredClone(type.starter ?? {}), ...((type.version ?? 1) > 1 && { config_version: type.version }) }
      change((document) => spliced(edit.addNode(movedWithGroups(document, room.moved, boxes), id, node), id, from, on))
      welcome(id)
      return id
    }
    /** The card that stands for a node: its own, or that of the folded group it is in. */
    const shownAs = (id: string): string => {
      const group = useFlow.getState().history?.present.nodes[id]?.group
      return boxes.has(id) || group === undefined ? id : groupKey(group)
    }
    const inTheMiddle = (all: Box[], size: Size): edit.At => {
      const area = window.document.querySelector('[data-testid=canvas]')?.getBoundingClientRect()
      const view = inSight(area ?? new DOMRect(), flow)
      return landing(all, middleOf(view, size), size, view)
    }
    const within = (type: string, from: EdgeId) => {
      const target = useFlow.getState().history?.present.nodes[from.source]?.outlets?.[from.outlet]
      return target ? between(type, from, target) : null
    }
    const snap = ([x, y]: edit.At): edit.At => [Math.round(x / 10) * 10, Math.round(y)]
    return {
      drop: (type, at) => add(type, null, ({ width }) => snap([at[0] - width / 2, at[1] - 20])),
      after: (type, from, at) => (!at && from ? within(type, from) : null) ?? add(type, from, (size) => {
        if (at) return snap([at[0] - size.width / 2, at[1]])
        const box = from ? boxes.get(from.source) : undefined
        const card = from ? cards.get(from.source) : undefined
        const all = [...boxes.values()]
        if (!from || !box || !card) return inTheMiddle(all, size)
        const center = card.box.outlets[card.outlets.findIndex((outlet) => outlet.id === from.outlet)]?.center ?? box.width / 2
        // A plain chain runs straight down; of a fork each branch hangs under its own outlet.
        const fork = card.outlets.filter((outlet) => !isHungUp(outlet.id)).length > 2
        const above = fork ? center : box.width / 2
        return freePlace(all, [Math.round(box.x + above - size.width / 2), box.y + box.height + BELOW], size)
      }),
      origin: () => {
        const { selected, history } = useFlow.getState()
        const id = selected.length === 1 ? selected[0] : undefined
        const node = id ? history?.present.nodes[id] : undefined
        const outlet = id && node ? defaultOutlet(node, cards.get(id)?.outlets ?? []) : null
        return id && outlet ? { source: id, outlet } : null
      },
    }
  }, [cards, boxes, flow])
}
