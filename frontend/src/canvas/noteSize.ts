/** How big a note is: as wide as all of them until somebody pulls it wider, and as high as its words at the least. */
import type { Note } from '../api/types'
import type { At } from '../flow/document'

export const NOTE_WIDTH = 240
export const NOTE_HEIGHT = 60
const LEAST: At = [120, 40]
const MOST: At = [1200, 1200]
const STEP = 10

/** What the document says; null where it says nothing that could be drawn. */
export function sizeOf(note: Note | undefined): At | null {
  const size: unknown = note?.size
  return Array.isArray(size) && size.length === 2 && size.every((one) => typeof one === 'number' && Number.isFinite(one)) ? within(size as At) : null
}

/** A size on the grid and between its bounds. */
export function within([width, height]: At): At {
  const fit = (value: number, at: 0 | 1) => Math.min(MOST[at], Math.max(LEAST[at], Math.round(value / STEP) * STEP))
  return [fit(width, 0), fit(height, 1)]
}
