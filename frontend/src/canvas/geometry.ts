/**
 * How big a card is and where its outlets stand, worked out from the words alone.
 * Knowing it before anything is drawn lets edges and the tidy-up be pure functions.
 */
import type { OutletInfo } from '../api/types'
import { isHungUp, outletWords } from '../flow/outlets'

export const CARD_HEIGHT = 80
export const PILL_HEIGHT = 40
const MIN_WIDTH = 212
const HANG_WIDTH = 42
const OUTLET_MIN = 42
const OUTLET_MAX = 96
const OUTLET_PAD = 14
const PILL_MIN = 148
const PILL_MAX = 260

export interface OutletBox { id: string; left: number; width: number; center: number }
export interface Size { width: number; height: number }
export interface CardBox extends Size { outlets: OutletBox[] }

let context: CanvasRenderingContext2D | null | undefined

/** The width of a text in our font; estimated where there is no canvas to measure on. */
export function textWidth(text: string, size: number, weight = 400): number {
  if (context === undefined) context = globalThis.navigator?.userAgent.includes('jsdom') ? null : document.createElement('canvas').getContext('2d')
  if (context) {
    const family = getComputedStyle(document.documentElement).getPropertyValue('--font') || 'sans-serif'
    context.font = `${weight} ${size}px ${family}`
    return context.measureText(text).width
  }
  return [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 0x2e80 ? size : size * 0.56), 0)
}

const widths = new Map<string, number>()

function outletWidth(outlet: OutletInfo): number {
  if (isHungUp(outlet.id)) return HANG_WIDTH
  const known = widths.get(`${outlet.id}\n${outlet.label}`)
  if (known !== undefined) return known
  const { key, words } = outletWords(outlet)
  const text = (key ? textWidth(key, 11.5, 600) + (words ? 3 : 0) : 0) + textWidth(words, 11.5)
  const width = Math.min(OUTLET_MAX, Math.max(OUTLET_MIN, Math.ceil(text + OUTLET_PAD)))
  widths.set(`${outlet.id}\n${outlet.label}`, width)
  return width
}

/** A card's size and its outlets' places; a node without outlets is a pill. */
export function cardBox(name: string, outlets: OutletInfo[]): CardBox {
  if (outlets.length === 0) {
    const width = Math.min(PILL_MAX, Math.max(PILL_MIN, Math.ceil((textWidth(name, 17, 600) + 66) / 4) * 4))
    return { width, height: PILL_HEIGHT, outlets: [] }
  }
  const natural = outlets.map(outletWidth)
  const sum = natural.reduce((total, width) => total + width, 0)
  const width = Math.ceil(Math.max(MIN_WIDTH, sum) / 4) * 4
  // What is over goes to the outlets with words; the hang-up icon keeps its width.
  const flexible = outlets.filter((outlet) => !isHungUp(outlet.id)).length || outlets.length
  const extra = (width - sum) / flexible
  let left = 0
  const boxes = outlets.map((outlet, index) => {
    const grows = flexible === outlets.length || !isHungUp(outlet.id)
    const own = (natural[index] ?? OUTLET_MIN) + (grows ? extra : 0)
    const box = { id: outlet.id, left, width: own, center: left + own / 2 }
    left += own
    return box
  })
  return { width, height: CARD_HEIGHT, outlets: boxes }
}
