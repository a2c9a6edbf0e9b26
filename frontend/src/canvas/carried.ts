/**
 * What is carried on a large drawing, its frames and the lines that hang on it. Every frame they alone are worked out anew,
 * and they are told by a store of their own: React Flow, told of one new place, would ask all the thousands of cards, ways
 * out and lines whether it concerns them. It hears of the place when the card is dropped.
 */
import { create } from 'zustand'
import type { CSSProperties } from 'react'
import type { FlowDocument } from '../api/types'
import { groupKey } from '../drawing/groups'
import type { At } from '../flow/document'
import type { CardData, LaneData } from './cards'
import { framesOf, type Frame } from './folding'
import { pathOf, route, type Box, type Point, type Wire } from './routing'

export type Moving = Readonly<Record<string, At>>
type Lanes = ReadonlyMap<string, LaneData>
/** How the drawing stands while something of it is carried. */
export interface Ground { document: FlowDocument; cards: Map<string, CardData>; wires: Wire[]; standing: Map<string, Box> }
interface Shown { places: Moving; frames: ReadonlyMap<string, Frame>; lanes: Lanes }
interface Carried {
  ground: Ground | null
  moving: Moving
  shown: Shown | null
  /** Something is taken up, or what it was taken from has changed meanwhile; null when it is dropped. */
  stand: (ground: Ground | null) => void
  carry: (moving: Moving) => void
}

export const useCarried = create<Carried>((set, get) => ({
  ground: null, moving: {}, shown: null,
  stand: (ground) => {
    if (ground === get().ground) return
    set(ground ? { ground, shown: shownOn(ground, get().moving) } : { ground, moving: {}, shown: null })
  },
  carry: (moving) => {
    const { ground } = get()
    set({ moving, shown: ground && shownOn(ground, moving) })
  },
}))

/** How far a card is shown from where React Flow has it. */
export function useShift(id: string, x: number, y: number): CSSProperties | undefined {
  const at = useCarried((state) => state.shown?.places[id])
  return at && (at[0] !== x || at[1] !== y) ? { translate: `${at[0] - x}px ${at[1] - y}px` } : undefined
}

export function shownOn({ document, cards, wires, standing }: Ground, moving: Moving): Shown {
  const boxes = carriedBoxes(standing, moving)
  const frames = document.groups ? framesOf(document, cards, boxes) : []
  return { places: moving, frames: new Map(frames.map((frame) => [groupKey(frame.group), frame])), lanes: carriedLanes(wires, standing, boxes, moving) }
}

/** Whether a part of each can be seen: what cannot be seen React Flow does not draw. */
export function inSight(boxes: Iterable<Omit<Box, 'id'>>, [left, top, zoom]: readonly [number, number, number], area: { width: number; height: number }): boolean {
  for (const { x, y, width, height } of boxes) {
    if ((x + width) * zoom + left <= 0 || (y + height) * zoom + top <= 0 || x * zoom + left >= area.width || y * zoom + top >= area.height) return false
  }
  return true
}

/** The boxes with what is carried where it is now; the same map where nothing is. */
export function carriedBoxes(standing: Map<string, Box>, moving: Moving): Map<string, Box> {
  const moved = Object.entries(moving).flatMap(([id, [x, y]]): [string, Box][] => {
    const box = standing.get(id)
    return box ? [[id, { ...box, x, y }]] : []
  })
  return moved.length === 0 ? standing : new Map([...standing, ...moved])
}

/** The lines from and to what is carried, by edge. */
export function carriedLanes(wires: Wire[], standing: Map<string, Box>, boxes: Map<string, Box>, moving: Moving): Lanes {
  const hanging = wires.filter((wire) => wire.source in moving || wire.target in moving).map((wire) => {
    const [from, to] = [standing.get(wire.source), boxes.get(wire.source)]
    return from && to ? { ...wire, sx: wire.sx + to.x - from.x, sy: wire.sy + to.y - from.y } : wire
  })
  return new Map([...route(boxes, hanging)].map(([id, points]) => [id, { path: pathOf(points), tip: points.at(-1) as Point }]))
}
