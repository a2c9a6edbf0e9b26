import { describe, expect, it } from 'vitest'
import { landing, middleOf, sizeOfClip, type Area } from './landing'

const view: Area = { x: 5, y: 5, width: 1000, height: 600 }
const card = { width: 212, height: 80 }
const at = (x: number, y: number, size = card): Area => ({ x, y, ...size })
const seen = ([x, y]: [number, number], size = card) => x >= view.x && y >= view.y && x + size.width <= view.x + view.width && y + size.height <= view.y + view.height
const apart = ([x, y]: [number, number], other: Area) => x >= other.x + other.width || other.x >= x + card.width || y >= other.y + other.height || other.y >= y + card.height

describe('what is pasted', () => {
  it('stands where it was wanted, on the grid', () => expect(landing([], [304, 196], card, view)).toEqual([300, 200]))
  it('stands in the middle where nobody points', () => expect(landing([], middleOf(view, card), card, view)).toEqual([400, 270]))
  it.each([[[-400, 100]], [[5000, 300]], [[990, 590]], [[-9000, -9000]]] as [number, number][][])('wanted out of sight at %j it comes into sight', (wanted) => {
    expect(seen(landing([], wanted, card, view))).toBe(true)
  })
  it('goes beside what stands there, no further than it must', () => {
    const there = at(300, 200)
    const found = landing([there], [300, 200], card, view)
    expect(apart(found, there)).toBe(true)
    expect(Math.hypot(found[0] - 300, found[1] - 200)).toBeLessThan(130)
  })
  it('finds the only gap that is in sight', () => {
    const columns = [10, 250, 490, 730].map((x) => at(x, 0, { width: 212, height: 700 }))
    const found = landing([...columns.slice(0, 3), at(730, 0, { width: 212, height: 400 })], [10, 10], card, view)
    expect([found[0] >= 722, found[1] >= 420, seen(found)]).toEqual([true, true, true])
  })
  it('lies on what is there where all is full, each time some steps on', () => {
    const taken = [at(-100, -100, { width: 3000, height: 3000 })]
    for (let time = 0; time < 5; time += 1) {
      const found = landing(taken, [300, 200], card, view)
      expect(found).toEqual([300 + 20 * time, 200 + 20 * time])
      taken.push(at(...found))
    }
  })
  it('begins in sight if it is larger than what is seen', () => {
    const large = { width: 4000, height: 3000 }
    expect(landing([], middleOf(view, large), large, view)).toEqual([10, 10])
    expect(landing([], [9000, 20], large, view)).toEqual([500, 20])
  })
  it('takes no time on a drawing of thousands', () => {
    const many = Array.from({ length: 2000 }, (_, index) => at((index % 50) * 240, Math.floor(index / 50) * 117))
    const began = performance.now()
    const found = landing(many, [3000, 3000], card, { x: 0, y: 0, width: 14_000, height: 9_000 })
    expect(many.every((one) => apart(found, one))).toBe(true)
    expect(performance.now() - began).toBeLessThan(2000)
  })
})

it('counts cards, notes and what has no place yet into the size of a clip', () => {
  const clip = { nodes: { a: { type: 'say', at: [100, 100] as [number, number] }, b: { type: 'end' } }, notes: [{ text: 'x', at: [200, 300] as [number, number] }], groups: {} }
  expect(sizeOfClip(clip, (id) => (id === 'a' ? { width: 400, height: 80 } : card))).toEqual({ width: 500, height: 360 })
})
