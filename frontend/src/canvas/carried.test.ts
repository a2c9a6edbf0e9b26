import { afterEach, expect, it } from 'vitest'
import type { FlowDocument } from '../api/types'
import { carriedBoxes, carriedLanes, inSight, useCarried, type Ground } from './carried'
import type { CardData } from './cards'
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

const card = { outlets: [], errors: 0, warnings: 0 } as unknown as CardData
const grouped = { nodes: { a: { group: 'g' }, b: { group: 'g' }, c: {} }, groups: { g: { name: 'Both' } } } as unknown as FlowDocument
const ground: Ground = { document: grouped, cards: new Map(['a', 'b', 'c'].map((id) => [id, card])), wires, standing }
const { stand, carry } = useCarried.getState()
const shown = () => useCarried.getState().shown
afterEach(() => stand(null))

it('shows what is carried where it is, its lines with it, and its frame around it', () => {
  stand(ground)
  const before = shown()?.frames.get('group:g')
  carry({ b: [500, 420] })
  expect(shown()?.places).toEqual({ b: [500, 420] })
  expect([...(shown()?.lanes.keys() ?? [])].sort()).toEqual(['a>done', 'b>done'])
  const frame = shown()?.frames.get('group:g')
  expect([frame?.x, frame && before && frame.width - before.width]).toEqual([before?.x, 500])
})

it('follows a change of somebody else while something is carried', () => {
  stand(ground)
  carry({ b: [60, 420] })
  stand({ ...ground, wires: wires.slice(0, 1) })
  expect(shown()?.places).toEqual({ b: [60, 420] })
  expect([...(shown()?.lanes.keys() ?? [])]).toEqual(['a>done'])
})

it('forgets all of it at the drop, and shows nothing on a drawing that tells React Flow of each step', () => {
  stand(ground)
  carry({ b: [60, 420] })
  stand(null)
  expect([shown(), useCarried.getState().moving]).toEqual([null, {}])
  carry({ b: [60, 420] })
  expect(shown()).toBeNull()
})

it('knows what is in sight', () => {
  const area = { width: 400, height: 300 }
  expect(inSight(standing.values(), [0, 0, 0.3], area)).toBe(true)
  expect(inSight(standing.values(), [0, 0, 1], area)).toBe(false)
  expect(inSight([{ x: -250, y: 0, width: 200, height: 80 }], [0, 0, 1], area)).toBe(false)
  expect(inSight([{ x: -250, y: 0, width: 200, height: 80 }], [100, 0, 1], area)).toBe(true)
})
