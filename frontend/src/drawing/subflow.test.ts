import { describe, expect, it } from 'vitest'
import type { FlowDocument } from '../api/types'
import { extracted, type Split, type Wanted } from './subflow'

const OUTLETS: Record<string, string[]> = { say: ['done', 'failed', 'hung_up'], menu: ['1', '2', 'failed', 'hung_up'], set: ['done'], end: [] }
const split = (document: FlowDocument, ids: string[]) => {
  const wanted: Wanted = {
    name: 'Booking', flow: 'Booking', outlets: (id) => OUTLETS[document.nodes[id]?.type ?? ''] ?? [], versions: { run_flow: 1, branch: 1, set: 1, end: 1 },
    words: { end: 'End', keep: 'Keep', branch: 'Outcome' },
  }
  return extracted(document, ids, wanted)
}
const node = (type: string, outlets: Record<string, string> = {}, config: Record<string, unknown> = {}) => ({ type, at: [0, 0] as [number, number], config, outlets })
const flow: FlowDocument = {
  callweave: 1, name: 'Main', languages: ['en'], record_type: 'visit', start: 'greet',
  nodes: {
    greet: node('say', { done: 'ward' }),
    ward: node('set', { done: 'ask' }, { variables: { ward: 'B', room: '1' } }),
    ask: node('menu', { 1: 'tell', 2: 'bye' }, { prompt: 'Ward {{ vars.ward }}, heard {{ results.greet.outlet }}' }),
    tell: node('say', { done: 'note' }, { prompt: 'You pressed {{ results.ask.value }}' }),
    note: node('set', { done: 'after' }, { variables: { room: '{{ results.ask.value }}' } }),
    after: node('say', { done: 'bye' }, { prompt: '{{ results.ask.value }} in {{ vars.room }}' }),
    bye: node('end'),
  },
}

describe('a piece with one way on', () => {
  const { sub, main, node: id, inputs, outputs } = split(flow, ['tell', 'note']) as Split
  it('is a flow of its own', () => {
    expect(sub).toMatchObject({ callweave: 1, name: 'Booking', languages: ['en'], record_type: 'visit', start: 'tell' })
    expect(sub.nodes['tell']?.config).toEqual({ prompt: 'You pressed {{ vars.ask.value }}' })
    expect(sub.nodes['note']?.outlets).toEqual({ done: 'end' })
    expect(sub.nodes['end']).toMatchObject({ type: 'end', config: {} })
  })
  it('is told what it reads, and gives back what it sets', () => {
    expect(inputs.sort()).toEqual(['ask', 'room'])
    expect(outputs).toEqual(['room'])
    expect(main.nodes[id]).toMatchObject({ type: 'run_flow', name: 'Booking', config: { flow: 'Booking', inputs: { ask: '{{ results.ask }}', room: '{{ vars.room }}' } }, outlets: { completed: 'keep' } })
    expect(main.nodes['keep']).toMatchObject({ type: 'set', config: { variables: { room: '{{ results.run_flow.outputs.room }}' } }, outlets: { done: 'after' } })
  })
  it('leaves the rest as it was', () => {
    expect(main.nodes['ask']?.outlets).toEqual({ 1: 'run_flow', 2: 'bye' })
    expect(main.nodes['greet']).toBe(flow.nodes['greet'])
    expect(Object.keys(main.nodes).sort()).toEqual(['after', 'ask', 'bye', 'greet', 'keep', 'run_flow', 'ward'])
  })
})

describe('a piece with several ways on', () => {
  const { sub, main, outputs } = split(flow, ['ward', 'ask']) as Split
  it('tells them apart by its outcome', () => {
    expect(sub.nodes['ask']?.outlets).toEqual({ 1: 'keep', 2: 'keep_2' })
    expect(sub.nodes['keep']).toMatchObject({ config: { variables: { ask: '{{ results.ask }}' } }, outlets: { done: 'to_tell' } })
    expect(sub.nodes['to_tell']).toMatchObject({ type: 'end', config: { outcome: 'tell' } })
    expect(main.nodes['branch']).toMatchObject({ config: { conditions: [{ id: 'to_tell', when: "results.run_flow.value == 'tell'" }, { id: 'to_bye', when: "results.run_flow.value == 'bye'" }] }, outlets: { to_tell: 'tell', to_bye: 'bye' } })
  })
  it('gives its results to those who read them', () => {
    expect(outputs.sort()).toEqual(['ask', 'room'])
    expect(main.nodes['tell']?.config).toEqual({ prompt: 'You pressed {{ results.run_flow.outputs.ask.value }}' })
  })
})

describe('a piece that can end the session', () => {
  it('says by what outcome, and the flow ends by the same', () => {
    const { sub, main } = split(flow, ['ask', 'bye', 'tell', 'note', 'after']) as Split
    expect(main.nodes['run_flow']?.outlets).toEqual({ completed: 'end' })
    expect(main.nodes['end']).toMatchObject({ type: 'end', config: { outcome: '{{ results.run_flow.value }}' } })
    expect(sub.nodes['bye']).toMatchObject({ type: 'end' })
  })
  it('by an outlet that leads nowhere, beside its way on', () => {
    const loose = { ...flow, nodes: { ...flow.nodes, ask: node('menu', { 1: 'tell' }) } }
    const { sub, main } = split(loose, ['ask']) as Split
    expect(sub.nodes['ask']?.outlets).toEqual({ 1: 'keep' })
    expect(main.nodes['branch']?.outlets).toEqual({ to_tell: 'tell', else: 'end' })
  })
})

describe('what an exit can know, and what a loop keeps', () => {
  it('keeps of each way on only the results that come before it', () => {
    const early: FlowDocument = { ...flow, nodes: { ...flow.nodes, ward: node('menu', { 1: 'ask', 2: 'bye' }), after: node('say', { done: 'bye' }, { prompt: '{{ results.ward.value }} {{ results.ask.value }}' }) } }
    const { sub } = split(early, ['ward', 'ask']) as Split
    const kept = Object.values(sub.nodes).filter((one) => one.type === 'set').map((one) => Object.values(one.config?.['variables'] as object).sort())
    expect(kept).toContainEqual(['{{ results.ask }}', '{{ results.ward }}'])
    const alone = split({ ...early, nodes: { ...early.nodes, ward: node('menu', { 1: 'ask', 2: 'greet' }), ask: node('menu', { 1: 'tell' }) } }, ['ward', 'ask']) as Split
    expect(Object.values(alone.sub.nodes).filter((one) => one.type === 'set').map((one) => Object.values(one.config?.['variables'] as object).sort())).toContainEqual(['{{ results.ward }}'])
  })
  it('counts on when it is walked again', () => {
    const loop: FlowDocument = { ...flow, nodes: { greet: node('say', { done: 'count' }), count: node('set', { done: 'ask' }, { variables: { tries: '{{ vars.tries | plus: 1 }}' } }), ask: node('menu', { 1: 'count', 2: 'bye' }), bye: node('end') } }
    expect(split(loop, ['count'])).toMatchObject({ inputs: ['tries'], outputs: ['tries'] })
    expect(split({ ...loop, nodes: { ...loop.nodes, ask: node('menu', { 1: 'bye' }) } }, ['count'])).toMatchObject({ inputs: [], outputs: [] })
  })
})

describe('where it begins and what hang-ups do', () => {
  it('may be where the flow starts', () => expect((split(flow, ['greet', 'ward']) as Split).main.start).toBe('run_flow'))
  it('leads to where all of it leads after a hang-up', () => {
    const hung = { ...flow, nodes: { ...flow.nodes, ask: node('menu', { 1: 'tell', 2: 'tell', hung_up: 'bye' }), tell: node('say', { done: 'note', hung_up: 'bye' }) } }
    const made = split(hung, ['ask', 'tell']) as Split
    expect(made.main.nodes['run_flow']?.outlets).toEqual({ completed: 'note', hung_up: 'bye' })
    expect(made.sub.nodes['ask']?.outlets).toEqual({ 1: 'tell', 2: 'tell' })
    expect(split({ ...hung, nodes: { ...hung.nodes, tell: node('say', { done: 'note' }) } }, ['ask', 'tell'])).toEqual({ why: 'hangUps', names: ['bye'] })
  })
  it.each([
    [[], 'none'], [['tell', 'bye'], 'entries'], [['greet', 'after'], 'entries'],
  ])('%j is refused: %s', (ids, why) => expect(split(flow, ids)).toMatchObject({ why }))
  it('a circle that nothing leads to begins nowhere', () => {
    const circle: FlowDocument = { callweave: 1, name: 'x', nodes: { a: node('say', { done: 'b' }), b: node('say', { done: 'a' }) } }
    expect(split(circle, ['a', 'b'])).toEqual({ why: 'unreached', names: [] })
  })
})
