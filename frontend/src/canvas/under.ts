/** Which edge lies under a card that is carried, or under the pointer. */
import type { Point } from './routing'

interface Area { x: number; y: number; width: number; height: number }

/** The edge that runs through the area nearest to its middle; null if none does. */
export function edgeUnder(paths: ReadonlyMap<string, Point[]>, area: Area): string | null {
  const [cx, cy] = [area.x + area.width / 2, area.y + area.height / 2]
  let best: { id: string; distance: number } | null = null
  for (const [id, points] of paths) {
    for (let at = 1; at < points.length; at += 1) {
      const [ax, ay] = points[at - 1] as Point
      const [bx, by] = points[at] as Point
      const [left, right] = ax < bx ? [ax, bx] : [bx, ax]
      const [top, bottom] = ay < by ? [ay, by] : [by, ay]
      if (left > area.x + area.width || right < area.x || top > area.y + area.height || bottom < area.y) continue
      const dx = Math.max(left - cx, 0, cx - right)
      const dy = Math.max(top - cy, 0, cy - bottom)
      const distance = dx * dx + dy * dy
      if (best === null || distance < best.distance) best = { id, distance }
    }
  }
  return best?.id ?? null
}
