import { describe, expect, it } from 'vitest'
import type { FlowDocument } from '../api/types'
import { edgeUnder } from '../canvas/under'
import { fits, removedWhole, roomFor, spliced } from './splice'

const flow: FlowDocument = {
  callweave: 1, name: 'Chain', start: 'a', on_hang_up: 'b',
  nodes: {
    a: { type: 'say', outlets: { done: 'b' } },
    b: { type: 'menu', outlets: { no_input: 'c', 1: 'd' } },
    c: { type: 'say', outlets: { done: 'd' } },
    d: { type: 'end', outlets: {} },
    alone: { type: 'say', outlets: {} },
  },
}
const first = (id: string) => ({ say: 'done', menu: '1', end: null })[flow.nodes[id]?.type ?? 'end'] ?? null
const edge = { source: 'a', outlet: 'done' }

describe('a node dropped into an edge', () => {
  it.each([['alone', true], ['c', false], ['a', false], ['b', false], ['nobody', false]])('%s fits: %s', (id, wanted) => expect(fits(flow, id, edge, first)).toBe(wanted))
  it('does not fit where nothing leads', () => expect(fits(flow, 'alone', { source: 'alone', outlet: 'done' }, first)).toBe(false))
  it('leads on by its first outlet', () => {
    const next = spliced(flow, 'alone', edge, 'done')
    expect(next.nodes['a']?.outlets).toEqual({ done: 'alone' })
    expect(next.nodes['alone']?.outlets).toEqual({ done: 'b' })
  })
  it('without an outlet it ends the chain', () => expect(spliced(flow, 'alone', edge, null).nodes['alone']?.outlets).toEqual({}))
  it('makes room below, and not where there is room', () => {
    const box = (id: string, y: number) => [id, { id, x: 0, y, width: 212, height: 80 }] as const
    const tight = roomFor(new Map([box('a', 0), box('b', 117), box('c', 234)]), 'a', 'b', { width: 212, height: 80 })
    expect(tight).toEqual({ at: [0, 117], moved: { b: [0, 234], c: [0, 351] } })
    expect(roomFor(new Map([box('a', 0), box('b', 400)]), 'a', 'b', { width: 100, height: 80 })).toEqual({ at: [56, 117], moved: {} })
    expect(roomFor(new Map([box('a', 300), box('b', 0)]), 'a', 'b', { width: 212, height: 80 })).toEqual({ at: [0, 417], moved: {} })
  })
  it('is found by what runs through the area, nearest to its middle', () => {
    const paths = new Map<string, [number, number][]>([['a>done', [[0, 0], [0, 100]]], ['b>1', [[40, 0], [40, 50], [90, 50]]]])
    expect(edgeUnder(paths, { x: -10, y: 20, width: 40, height: 40 })).toBe('a>done')
    expect(edgeUnder(paths, { x: 20, y: 20, width: 60, height: 60 })).toBe('b>1')
    expect(edgeUnder(paths, { x: 200, y: 0, width: 10, height: 10 })).toBeNull()
  })
})

describe('taking away with the chain kept whole', () => {
  it('leads to where the node led', () => expect(removedWhole(flow, ['c'], first).nodes['b']?.outlets).toEqual({ no_input: 'd', 1: 'd' }))
  it('goes by the first outlet, through all that goes', () => {
    const next = removedWhole(flow, ['b', 'c'], first)
    expect(next.nodes['a']?.outlets).toEqual({ done: 'd' })
    expect(next.on_hang_up).toBe('d')
  })
  it('moves the start on', () => expect(removedWhole(flow, ['a'], first).start).toBe('b'))
  it('makes no circle of one node', () => {
    const circle: FlowDocument = { callweave: 1, name: 'Circle', nodes: { x: { type: 'say', outlets: { done: 'y' } }, y: { type: 'say', outlets: { done: 'x' } } } }
    expect(removedWhole(circle, ['y'], () => 'done').nodes['x']?.outlets).toEqual({})
  })
})
