/**
 * What is carried on a large drawing, and the lines that hang on it. Every frame they alone are worked out anew, and they
 * are told by a store of their own: React Flow, told of one new line, would look at all the thousands again.
 */
import { create } from 'zustand'
import type { At } from '../flow/document'
import type { LaneData } from './cards'
import { pathOf, route, type Box, type Point, type Wire } from './routing'

type Lanes = ReadonlyMap<string, LaneData>
interface Carried { lanes: Lanes | null; carry: (lanes: Lanes | null) => void }

export const useCarried = create<Carried>((set, get) => ({
  lanes: null,
  carry: (lanes) => { if (get().lanes !== lanes) set({ lanes }) },
}))

/** The boxes with what is carried where it is now; the same map where nothing is. */
export function carriedBoxes(standing: Map<string, Box>, moving: Readonly<Record<string, At>>): Map<string, Box> {
  const moved = Object.entries(moving).flatMap(([id, [x, y]]): [string, Box][] => {
    const box = standing.get(id)
    return box ? [[id, { ...box, x, y }]] : []
  })
  return moved.length === 0 ? standing : new Map([...standing, ...moved])
}

/** The lines from and to what is carried, by edge. */
export function carriedLanes(wires: Wire[], standing: Map<string, Box>, boxes: Map<string, Box>, moving: Readonly<Record<string, At>>): Lanes {
  const hanging = wires.filter((wire) => wire.source in moving || wire.target in moving).map((wire) => {
    const [from, to] = [standing.get(wire.source), boxes.get(wire.source)]
    return from && to ? { ...wire, sx: wire.sx + to.x - from.x, sy: wire.sy + to.y - from.y } : wire
  })
  return new Map([...route(boxes, hanging)].map(([id, points]) => [id, { path: pathOf(points), tip: points.at(-1) as Point }]))
}
