import { expect, it } from 'vitest'
import { aligned, distributed, type Alignment } from './align'

const boxes = [{ id: 'a', x: 0, y: 0, width: 100, height: 80 }, { id: 'b', x: 50, y: 100, width: 200, height: 40 }, { id: 'c', x: 400, y: 300, width: 100, height: 80 }]

it.each<[Alignment, Record<string, [number, number]>]>([
  ['left', { a: [0, 0], b: [0, 100], c: [0, 300] }], ['centre', { a: [200, 0], b: [150, 100], c: [200, 300] }], ['right', { a: [400, 0], b: [300, 100], c: [400, 300] }],
  ['top', { a: [0, 0], b: [50, 0], c: [400, 0] }], ['middle', { a: [0, 150], b: [50, 170], c: [400, 150] }], ['bottom', { a: [0, 300], b: [50, 340], c: [400, 300] }],
])('aligns %s', (to, wanted) => expect(aligned(boxes, to)).toEqual(wanted))
it('spreads with even gaps, the outermost stay', () => {
  expect(distributed(boxes, 'across')).toEqual({ a: [0, 0], b: [150, 100], c: [400, 300] })
  expect(distributed(boxes, 'down')).toEqual({ a: [0, 0], b: [50, 170], c: [400, 300] })
})
it('leaves what is too few', () => {
  expect(aligned(boxes.slice(0, 1), 'left')).toEqual({})
  expect(distributed(boxes.slice(0, 2), 'across')).toEqual({})
})
