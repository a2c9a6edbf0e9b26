import { describe, expect, it } from 'vitest'
import { pathOf, route, type Box, type Point, type Wire } from './routing'

const card = (id: string, x: number, y: number, width = 212): Box => ({ id, x, y, width, height: 80 })
const boxes = (...all: Box[]) => new Map(all.map((box) => [box.id, box]))
const wire = (source: string, target: string, sx: number, sy: number): Wire => ({ id: `${source}>${target}@${sx}`, source, target, sx, sy })

function crossesCard(points: Point[], box: Box): boolean {
  return points.slice(1).some(([bx, by], index) => {
    const [ax, ay] = points[index] as Point
    return Math.min(ax, bx) < box.x + box.width && Math.max(ax, bx) > box.x && Math.min(ay, by) < box.y + box.height && Math.max(ay, by) > box.y
  })
}

describe('lanes', () => {
  it('are straight when the target stands right below', () => {
    const paths = route(boxes(card('a', 0, 0), card('b', 0, 117)), [wire('a', 'b', 106, 80)])
    expect(paths.get('a>b@106')).toEqual([[106, 80], [106, 117]])
  })
  it('go down, across and down', () => {
    const paths = route(boxes(card('a', 0, 0), card('b', 300, 117)), [wire('a', 'b', 106, 80)])
    expect(paths.get('a>b@106')).toEqual([[106, 80], [106, 89], [406, 89], [406, 117]])
  })
  it('to different nodes do not share a line', () => {
    const all = boxes(card('a', 0, 0), card('b', 300, 117), card('c', 600, 117))
    const paths = route(all, [wire('a', 'b', 60, 80), wire('a', 'c', 120, 80)])
    expect(paths.get('a>b@60')?.[1]?.[1]).not.toBe(paths.get('a>c@120')?.[1]?.[1])
  })
  it('to one node share a bus', () => {
    const all = boxes(card('a', 0, 0), card('b', 300, 117))
    const paths = route(all, [wire('a', 'b', 60, 80), wire('a', 'b', 120, 80)])
    expect(paths.get('a>b@60')?.[1]?.[1]).toBe(paths.get('a>b@120')?.[1]?.[1])
  })
  it('go round a card that stands between', () => {
    const between = card('b', 0, 117)
    const paths = route(boxes(card('a', 0, 0), between, card('c', 0, 234)), [wire('a', 'c', 150, 80)])
    const points = paths.get('a>c@150') ?? []
    expect(points.length).toBe(6)
    expect(crossesCard(points, between)).toBe(false)
  })
  it('lead back up by the right', () => {
    const all = boxes(card('a', 0, 0), card('b', 0, 117))
    const points = route(all, [wire('b', 'a', 106, 197)]).get('b>a@106') ?? []
    expect(Math.max(...points.map(([x]) => x))).toBeGreaterThan(212)
    expect(points.at(-1)).toEqual([106, 0])
    expect([...all.values()].some((box) => crossesCard(points, box))).toBe(false)
  })
  it('may lead to the node itself', () => {
    const all = boxes(card('a', 0, 0))
    const points = route(all, [wire('a', 'a', 53, 80)]).get('a>a@53') ?? []
    expect(crossesCard(points, card('a', 0, 0))).toBe(false)
  })
  it('route 2,000 nodes', () => {
    const many = Array.from({ length: 2000 }, (_, index) => card(`n${index}`, (index % 20) * 240, Math.floor(index / 20) * 117))
    const wires = many.flatMap((box, index) => [1, 20, 21].map((jump) => wire(box.id, `n${(index + jump) % 2000}`, box.x + 40 + jump, box.y + 80)))
    expect(route(boxes(...many), wires).size).toBe(6000)
    // how long it takes is not this test's business: a busy machine needs more than vitest's 5 s
  }, 60_000)
})

it('draws rounded corners', () => {
  expect(pathOf([[0, 0], [0, 9], [40, 9], [40, 30]])).toBe('M0 0L0 4.5Q0 9 4.5 9L32 9Q40 9 40 17L40 30')
})
