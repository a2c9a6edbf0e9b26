/**
 * Edges as orthogonal lanes. Each leaves its outlet downwards, runs in a lane just below its rank, and comes down on its
 * target; where a card is in the way, or the target lies above, it takes a free column between them. Lines share a lane
 * only when they go to the same node: then they read as one bus. Pure: boxes and edges in, corner points out.
 */

export interface Box { id: string; x: number; y: number; width: number; height: number }
export interface Wire { id: string; sx: number; sy: number; source: string; target: string }
export type Point = [number, number]
type Span = { at: number; from: number; to: number; target: string }

const FIRST_LANE = 9
const LANE = 8
const LANES = 3
const ABOVE = 12
const CLEAR = 14
const NEAR = 6
/** An outlet that stands this near to the middle of its target leads straight down: a jog of some pixels looks like a fault. */
const STRAIGHT = 8
const ROW = 160

/** Spans of one direction, kept in rows so that asking for neighbours is cheap. */
class Spans {
  private readonly rows = new Map<number, Span[]>()

  add(span: Span): void {
    const row = Math.floor(span.at / ROW)
    const list = this.rows.get(row)
    if (list) list.push(span)
    else this.rows.set(row, [span])
  }

  /** Whether a line there would lie on one that leads elsewhere. */
  taken(at: number, from: number, to: number, target: string): boolean {
    return this.near(at).some((other) => other.target !== target && Math.abs(other.at - at) < NEAR && other.from < to + NEAR && from < other.to + NEAR)
  }

  /** Whether a line to the same target already runs there. */
  shared(at: number, from: number, to: number, target: string): boolean {
    return this.near(at).some((other) => other.target === target && Math.abs(other.at - at) < 1 && other.from < to && from < other.to)
  }

  private near(at: number): Span[] {
    const row = Math.floor(at / ROW)
    return [row - 1, row, row + 1].flatMap((index) => this.rows.get(index) ?? [])
  }
}

class Boxes {
  private readonly rows = new Map<number, Box[]>()
  readonly right: number

  constructor(boxes: Iterable<Box>) {
    let right = -Infinity
    for (const box of boxes) {
      right = Math.max(right, box.x + box.width)
      for (let row = Math.floor(box.y / ROW); row <= Math.floor((box.y + box.height) / ROW); row += 1) {
        const list = this.rows.get(row)
        if (list) list.push(box)
        else this.rows.set(row, [box])
      }
    }
    this.right = right
  }

  between(top: number, bottom: number): Set<Box> {
    const found = new Set<Box>()
    for (let row = Math.floor(top / ROW); row <= Math.floor(bottom / ROW); row += 1) {
      for (const box of this.rows.get(row) ?? []) if (box.y < bottom && top < box.y + box.height) found.add(box)
    }
    return found
  }
}

const hits = (boxes: Iterable<Box>, x: number, clear: number) => {
  for (const box of boxes) if (box.x - clear < x && x < box.x + box.width + clear) return true
  return false
}

/** Nearest rank first, and in a rank from the outside in, so that lanes nest instead of crossing. */
function order(wires: Wire[], targets: Map<string, Box>): Wire[] {
  const goal = (wire: Wire) => {
    const box = targets.get(wire.target)
    return box ? box.x + box.width / 2 : wire.sx
  }
  return [...wires].sort((a, b) => {
    if (a.sy !== b.sy) return a.sy - b.sy
    const [right, other] = [goal(a) >= a.sx, goal(b) >= b.sx]
    if (right !== other) return right ? -1 : 1
    return right ? b.sx - a.sx : a.sx - b.sx
  })
}

export function route(boxes: Map<string, Box>, wires: Wire[]): Map<string, Point[]> {
  const cards = new Boxes(boxes.values())
  const across = new Spans()
  const down = new Spans()
  const paths = new Map<string, Point[]>()

  const lane = (base: number, step: number, from: number, to: number, target: string): number => {
    const [low, high] = from < to ? [from, to] : [to, from]
    const levels = Array.from({ length: LANES }, (_, index) => base + step * index)
    const open = levels.filter((level) => !across.taken(level, low, high, target))
    return open.find((level) => across.shared(level, low, high, target)) ?? open[0] ?? base
  }
  const keep = (points: Point[], target: string) => {
    for (let index = 1; index < points.length; index += 1) {
      const [ax, ay] = points[index - 1] as Point
      const [bx, by] = points[index] as Point
      if (ay === by) across.add({ at: ay, from: Math.min(ax, bx), to: Math.max(ax, bx), target })
      else down.add({ at: ax, from: Math.min(ay, by), to: Math.max(ay, by), target })
    }
  }

  for (const wire of order(wires, boxes)) {
    const box = boxes.get(wire.target)
    if (!box) continue
    const { sx, sy, target } = wire
    const tx = box.x + box.width / 2
    const ty = box.y
    let points: Point[]
    if (ty > sy + 2 && Math.abs(sx - tx) <= STRAIGHT && !hits(cards.between(sy + 1, ty - 1), sx, 2)) {
      points = [[sx, sy], [sx, ty]]
    } else {
      const out = lane(sy + FIRST_LANE, LANE, sx, tx, target)
      const straight = ty >= out + FIRST_LANE && !hits(cards.between(out, ty - 1), tx, 4)
      if (straight) points = [[sx, sy], [sx, out], [tx, out], [tx, ty]]
      else {
        const column = freeColumn(cards, down, { sx, tx, out, ty, target })
        const leave = lane(sy + FIRST_LANE, LANE, sx, column, target)
        const enter = lane(ty - ABOVE, -LANE, column, tx, target)
        points = [[sx, sy], [sx, leave], [column, leave], [column, enter], [tx, enter], [tx, ty]]
      }
    }
    keep(points, target)
    paths.set(wire.id, points)
  }
  return paths
}

/** A column that no card covers between the two lanes; going back up it lies right of both ends. */
function freeColumn(cards: Boxes, down: Spans, wire: { sx: number; tx: number; out: number; ty: number; target: string }): number {
  const { sx, tx, out, ty, target } = wire
  const back = ty < out
  const [top, bottom] = back ? [ty - ABOVE - 2, out] : [out, ty - ABOVE]
  const inWay = cards.between(Math.min(top, bottom) + 1, Math.max(top, bottom) - 1)
  const candidates = [sx, tx]
  for (const box of inWay) candidates.push(box.x - CLEAR, box.x + box.width + CLEAR)
  const margin = (Number.isFinite(cards.right) ? cards.right : Math.max(sx, tx)) + CLEAR
  candidates.push(margin)
  const right = Math.max(sx, tx)
  const cost = (x: number) => Math.abs(x - sx) + Math.abs(x - tx)
  const free = candidates
    .filter((x) => (!back || x > right) && !hits(inWay, x, CLEAR - 4))
    .sort((a, b) => cost(a) - cost(b))
  for (const x of free) {
    for (const shift of [0, LANE, -LANE, 2 * LANE, -2 * LANE, 3 * LANE]) {
      if (!down.taken(x + shift, Math.min(top, bottom), Math.max(top, bottom), target) && !hits(inWay, x + shift, 4)) return x + shift
    }
  }
  return free[0] ?? margin
}

/** An SVG path through the points with rounded corners. */
export function pathOf(points: Point[], radius = 8): string {
  const [first, ...rest] = points
  if (!first) return ''
  let path = `M${first[0]} ${first[1]}`
  for (let index = 0; index < rest.length; index += 1) {
    const here = rest[index] as Point
    const next = rest[index + 1]
    if (!next) {
      path += `L${here[0]} ${here[1]}`
      break
    }
    const before = points[index] as Point
    const room = Math.min(radius, Math.hypot(here[0] - before[0], here[1] - before[1]) / 2, Math.hypot(next[0] - here[0], next[1] - here[1]) / 2)
    const toward = (from: Point): Point => {
      const length = Math.hypot(here[0] - from[0], here[1] - from[1]) || 1
      return [here[0] + ((from[0] - here[0]) / length) * room, here[1] + ((from[1] - here[1]) / length) * room]
    }
    const [a, b] = [toward(before), toward(next)]
    path += `L${a[0]} ${a[1]}Q${here[0]} ${here[1]} ${b[0]} ${b[1]}`
  }
  return path
}
