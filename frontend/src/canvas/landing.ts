/** Where what is pasted, copied or added by itself comes to stand: as near as can be to where it was wanted, and in sight. The view never moves for it. */
import type { ReactFlowInstance } from '@xyflow/react'
import type { Clip } from '../drawing/clipboard'
import { cornerOf } from '../drawing/clipboard'
import type { At } from '../flow/document'
import type { Size } from './geometry'
import { NOTE_HEIGHT, NOTE_WIDTH, sizeOf } from './noteSize'

export interface Area extends Size { x: number; y: number }

const GRID = 10
const GAP = 20
/** Further steps than this along each side are not looked at. */
const STEPS = 40
const MARGIN = 16
/** The tools, the mini-map and what is said stand at the bottom. */
const BOTTOM = 60

type Screen = Pick<ReactFlowInstance, 'screenToFlowPosition'>

/** The part of the drawing that is seen. */
export function inSight(area: DOMRect, flow: Screen): Area {
  const from = flow.screenToFlowPosition({ x: area.left + MARGIN, y: area.top + MARGIN }, { snapToGrid: false })
  const to = flow.screenToFlowPosition({ x: area.right - MARGIN, y: area.bottom - BOTTOM }, { snapToGrid: false })
  return { ...from, width: to.x - from.x, height: to.y - from.y }
}

/** Where something of this size would stand in the middle. */
export function middleOf(view: Area, size: Size): At {
  return [view.x + (view.width - size.width) / 2, view.y + (view.height - size.height) / 2]
}

/** The free place in sight that is nearest to the wanted one; where all is taken, some steps beside what stands there. */
export function landing(taken: readonly Area[], wanted: At, size: Size, view: Area): At {
  const across = range(view.x, view.width, size.width)
  const down = range(view.y, view.height, size.height)
  const first: At = [across.nearest(wanted[0]), down.nearest(wanted[1])]
  const inWay = taken.filter((one) => one.x < view.x + view.width + size.width && one.y < view.y + view.height + size.height && one.x + one.width > view.x - GAP && one.y + one.height > view.y - GAP)
  const free = ([x, y]: At) => !inWay.some((one) => x < one.x + one.width + GAP && one.x < x + size.width + GAP && y < one.y + one.height + GAP && one.y < y + size.height + GAP)
  if (free(first)) return first
  const far = ([x, y]: At) => Math.hypot(x - wanted[0], y - wanted[1])
  const places = across.steps(first[0]).flatMap((x) => down.steps(first[1]).map((y): At => [x, y])).sort((a, b) => far(a) - far(b))
  return places.find(free) ?? beside(inWay, first, across.nearest, down.nearest)
}

/** Not exactly on anything, so that both are seen. */
function beside(taken: readonly Area[], first: At, x: (wanted: number) => number, y: (wanted: number) => number): At {
  let at = first
  for (let step = 1; step <= STEPS && taken.some((one) => Math.abs(one.x - at[0]) < GRID && Math.abs(one.y - at[1]) < GRID); step += 1) {
    at = [x(first[0] + step * 2 * GRID), y(first[1] + step * 2 * GRID)]
  }
  return at
}

/** The places along one side of the view: all of it is seen, or at least its beginning with half of the view. */
function range(from: number, length: number, size: number) {
  const least = Math.ceil(from / GRID) * GRID
  const most = Math.max(least, Math.floor((from + (size <= length ? length - size : length / 2)) / GRID) * GRID)
  const nearest = (wanted: number) => Math.min(most, Math.max(least, Math.round(wanted / GRID) * GRID))
  const step = Math.max(2 * GRID, Math.ceil((most - least) / STEPS / GRID) * GRID)
  return {
    nearest,
    steps: (first: number) => {
      const found = []
      for (let at = first - Math.floor((first - least) / step) * step; at <= most; at += step) found.push(at)
      return found
    },
  }
}

/** How much room a clip takes, with notes as they will be and cards as `card` says. */
export function sizeOfClip(clip: Clip, card: (id: string) => Size): Size {
  const [left, top] = cornerOf(clip)
  const ends = [
    ...Object.entries(clip.nodes).map(([id, { at: [x, y] = [0, 0] }]) => ({ x: x + card(id).width, y: y + card(id).height })),
    ...clip.notes.map((note) => {
      const [width, height] = sizeOf(note) ?? [NOTE_WIDTH, NOTE_HEIGHT]
      return { x: note.at[0] + width, y: note.at[1] + height }
    }),
  ]
  return { width: Math.max(...ends.map(({ x }) => x)) - left, height: Math.max(...ends.map(({ y }) => y)) - top }
}
