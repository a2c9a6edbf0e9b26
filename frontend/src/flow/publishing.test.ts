import { describe, expect, it } from 'vitest'
import type { Change, FlowDocument, NodeType } from '../api/types'
import { marks, summary } from './differences'
import { concerned, fates, standing, stranded, targets, wish } from './inFlight'
import { LARGEST, read } from './imported'

const next: FlowDocument = { callweave: 1, name: 'A', nodes: { hold: { type: 'wait', name: 'Hold' }, rest: { type: 'wait', name: 'Rest' }, ask: { type: 'menu', name: 'Ask' } } }
const people = standing([
  { version: 1, node: 'hold', type: 'wait', sessions: 3, on_the_line: 0 }, { version: 2, node: 'hold', type: 'wait', sessions: 2, on_the_line: 0 },
  { version: 2, node: 'ask', type: 'menu', sessions: 4, on_the_line: 4 }, { version: 1, node: 'gone', type: 'wait', sessions: 1, on_the_line: 0 },
])

describe('people in flight', () => {
  it('are gathered by node, whatever their version', () => expect(people.map((one) => [one.node, one.sessions, one.talking])).toEqual([['hold', 5, 0], ['ask', 4, 4], ['gone', 1, 0]]))
  it('go on at a node of the same type, their own first', () => {
    expect(people.map((one) => targets(one, next))).toEqual([['hold', 'rest'], ['ask'], ['hold', 'rest']])
    expect(stranded(people, next).map((one) => one.node)).toEqual(['gone'])
    expect(fates(people, next)).toEqual({ hold: 'hold', ask: 'ask', gone: 'keep' })
  })
  it('are counted as the wish concerns them', () => {
    const byNode = { hold: 'rest', ask: 'end', gone: 'keep' }
    expect(concerned('move', people, {})).toEqual({ move: 6, end: 0 })
    expect(concerned('end', people, {})).toEqual({ move: 0, end: 10 })
    expect(concerned('nodes', people, byNode)).toEqual({ move: 5, end: 4 })
    expect(wish('nodes', { ...byNode, other: 'other' })).toEqual({ nodes: { hold: { move: 'rest' }, ask: 'end', gone: 'keep', other: 'move' } })
    expect(wish('move', byNode)).toEqual({ move: {}, waiting_only: true })
  })
})

describe('differences', () => {
  const type = { type: 'menu', label: 'Menu', schema: { properties: { prompt: { title: 'Prompt' } } } } as unknown as NodeType
  const changes: Change[] = [
    { kind: 'document', path: 'name', node: null, message: 'name is B now' },
    { kind: 'node_removed', path: 'nodes.old', node: 'old', message: '', before: { type: 'menu' } },
    { kind: 'node_added', path: 'nodes.rest', node: 'rest', message: '', after: { type: 'wait', name: 'Rest' } },
    { kind: 'node_moved', path: 'nodes.ask.at', node: 'ask', message: '' },
    { kind: 'text', path: 'nodes.ask.config.prompt.en', node: 'ask', message: '' },
    { kind: 'connected', path: 'nodes.ask.outlets.1', node: 'ask', message: '' },
    { kind: 'node_moved', path: 'nodes.hold.at', node: 'hold', message: '' },
    { kind: 'document', path: 'notes', node: null, message: 'notes changed' },
  ]
  it('are told by node, with what of it', () => {
    const found = summary(changes, next, { menu: type }, { nodeName: 'Name', outlets: 'Outlets' })
    expect(found.added).toEqual(['Rest'])
    expect(found.removed).toEqual(['Menu'])
    expect(found.changed).toEqual([{ node: 'ask', name: 'Ask', what: ['Prompt', 'Outlets'] }])
    expect(found.frame.map((one) => one.path)).toEqual(['name'])
    expect(found.moved).toEqual(['ask', 'hold'])
  })
  it('are marked on both drawings, and what changed is more than what moved', () => {
    const { before, after } = marks([...changes, { kind: 'node_renamed', path: 'nodes.b', node: 'b', message: '', before: 'a', after: 'b' }])
    expect(Object.fromEntries(before)).toEqual({ old: 'removed', ask: 'changed', hold: 'moved', a: 'changed' })
    expect(Object.fromEntries(after)).toEqual({ rest: 'added', ask: 'changed', hold: 'moved', b: 'changed' })
  })
})

it('a file that is no flow is told before anything is sent', () => {
  expect(read(`\uFEFF${JSON.stringify(next)}`)).toEqual({ document: next })
  expect(read('{')).toMatchObject({ refused: 'json' })
  for (const other of ['[]', 'null', '7', '{"callweave": 2, "name": "x", "nodes": {}}', '{"callweave": 1, "nodes": {}}']) expect(read(other)).toMatchObject({ refused: 'shape' })
  expect(read(`"${'x'.repeat(LARGEST)}"`)).toMatchObject({ refused: 'size' })
})
