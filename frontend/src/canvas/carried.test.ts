import { expect, it } from 'vitest'
import { carriedBoxes, carriedLanes } from './carried'
import { route, type Wire } from './routing'

const standing = new Map([['a', 0], ['b', 400], ['c', 800]].map(([id, y]) => [String(id), { id: String(id), x: 0, y: Number(y), width: 200, height: 80 }]))
const wires: Wire[] = [['a', 'b'], ['b', 'c']].map(([source, target]) => {
  const box = standing.get(String(source))
  return { id: `${source}>done`, source: String(source), target: String(target), sx: 100, sy: (box?.y ?? 0) + 80 }
})

it('is the same map while nothing is carried', () => expect(carriedBoxes(standing, {})).toBe(standing))

it('works out the lines that hang on what is carried, and no others', () => {
  const moving = { c: [300, 900] as [number, number] }
  const boxes = carriedBoxes(standing, moving)
  expect(boxes.get('c')).toEqual({ id: 'c', x: 300, y: 900, width: 200, height: 80 })
  const lanes = carriedLanes(wires, standing, boxes, moving)
  expect([...lanes.keys()]).toEqual(['b>done'])
  expect(lanes.get('b>done')?.tip).toEqual([400, 900])
})

it('lets a line leave where its card is now', () => {
  const moving = { b: [60, 420] as [number, number] }
  const boxes = carriedBoxes(standing, moving)
  const moved = wires.map((wire) => (wire.source === 'b' ? { ...wire, sx: 160, sy: 500 } : wire))
  const tips = [...route(boxes, moved)].map(([id, points]) => [id, points.at(-1)])
  expect([...carriedLanes(wires, standing, boxes, moving)].map(([id, lane]) => [id, lane.tip])).toEqual(tips)
})
