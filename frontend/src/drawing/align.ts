/** Lining up what is selected, and spreading it evenly. */
import type { At } from '../flow/document'
import type { Box } from '../canvas/routing'

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom'
export type Direction = 'across' | 'down'
export const alignments: readonly Alignment[] = ['left', 'centre', 'right', 'top', 'middle', 'bottom']

export function aligned(boxes: readonly Box[], to: Alignment): Record<string, At> {
  if (boxes.length < 2) return {}
  const left = Math.min(...boxes.map((box) => box.x))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const top = Math.min(...boxes.map((box) => box.y))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  const place: Record<Alignment, (box: Box) => At> = {
    left: (box) => [left, box.y],
    centre: (box) => [(left + right - box.width) / 2, box.y],
    right: (box) => [right - box.width, box.y],
    top: (box) => [box.x, top],
    middle: (box) => [box.x, (top + bottom - box.height) / 2],
    bottom: (box) => [box.x, bottom - box.height],
  }
  return Object.fromEntries(boxes.map((box) => [box.id, rounded(place[to](box))]))
}

/** The outermost two stay; what lies between them has the same gap on either side. */
export function distributed(boxes: readonly Box[], direction: Direction): Record<string, At> {
  if (boxes.length < 3) return {}
  const across = direction === 'across'
  const begin = (box: Box) => (across ? box.x : box.y)
  const size = (box: Box) => (across ? box.width : box.height)
  const row = [...boxes].sort((a, b) => begin(a) - begin(b))
  const first = row[0] as Box
  const last = row.at(-1) as Box
  const gap = (begin(last) + size(last) - begin(first) - row.reduce((sum, box) => sum + size(box), 0)) / (row.length - 1)
  let at = begin(first)
  return Object.fromEntries(row.map((box) => {
    const place: At = across ? [at, box.y] : [box.x, at]
    at += size(box) + gap
    return [box.id, rounded(box === last ? [box.x, box.y] : place)]
  }))
}

function rounded([x, y]: At): At {
  return [Math.round(x), Math.round(y)]
}
