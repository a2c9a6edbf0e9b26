import { describe, expect, it } from 'vitest'
import type { FlowDocument } from '../api/types'
import { copied, cornerOf, parsed, pasted, type Clip } from './clipboard'

const flow: FlowDocument = {
  callweave: 1, name: 'Reminder', start: 'ask', notes: [{ text: 'agreed', at: [5, 6] }], groups: { talk: { name: 'Talk' } },
  nodes: {
    ask: { type: 'menu', name: 'Menu', at: [0, 0], group: 'talk', config: { prompt: { en: 'Hello {{ record.name }}' }, choices: [{ key: '1', label: 'Yes' }] }, outlets: { 1: 'tell', no_input: 'bye' } },
    tell: { type: 'say', name: 'Say', at: [0, 120], group: 'talk', config: { prompt: 'You pressed {{ results.ask.value }} of {{ results.bye.outlet }}' }, outlets: { done: 'ask' } },
    pick: { type: 'branch', name: 'Branch', at: [300, 0], config: { conditions: [{ label: 'yes', when: "results['ask'].value == '1'" }] }, outlets: {} },
    bye: { type: 'end', name: 'End', at: [0, 240], config: {}, outlets: {} },
  },
}
const clip = (ids: string[], notes: number[] = []) => parsed(copied(flow, ids, notes)) as Clip

describe('what is copied', () => {
  it('is canonical JSON of the document, cut down', () => {
    expect(copied(flow, ['bye'])).toBe('{\n  "callweave": 1,\n  "nodes": {\n    "bye": {\n      "at": [\n        0,\n        240\n      ],\n      "config": {},\n      "name": "End",\n      "outlets": {},\n      "type": "end"\n    }\n  }\n}\n')
  })
  it('takes a group along only when all of it is copied', () => {
    expect(clip(['ask', 'tell']).groups).toEqual({ talk: { name: 'Talk' } })
    expect(clip(['ask']).groups).toEqual({})
    expect(clip(['ask']).nodes['ask']).not.toHaveProperty('group')
  })
  it.each([
    ['no JSON', 'hello'], ['other JSON', '{"a": 1}'], ['of another version', '{"callweave": 2, "nodes": {"a": {"type": "say"}}}'], ['a list', '[1]'], ['cut off', '{"callweave": 1, "nodes"'],
    ['nothing in it', '{"callweave": 1, "nodes": {}}'], ['nodes that are none', '{"callweave": 1, "nodes": {"a": 3, "b": {"type": 4}, "c": {"type": "say", "at": ["x", 1]}, "d": {"type": "say", "outlets": {"done": 7}}}}'],
  ])('%s is not taken', (_, text) => expect(parsed(text)).toBeNull())
})

describe('what is pasted', () => {
  it('has ids and names of its own, and references inside follow', () => {
    const { document, ids, loose } = pasted(flow, clip(['ask', 'tell']), [40, 0]) ?? {}
    expect(ids).toEqual(['ask_2', 'tell_2'])
    expect(document?.nodes['ask_2']).toMatchObject({ name: 'Menu 2', at: [40, 0], group: 'talk_2', outlets: { 1: 'tell_2', no_input: 'bye' } })
    expect(document?.nodes['tell_2']?.outlets).toEqual({ done: 'ask_2' })
    expect(document?.nodes['tell_2']?.config).toEqual({ prompt: 'You pressed {{ results.ask_2.value }} of {{ results.bye.outlet }}' })
    expect(document?.groups).toEqual({ talk: { name: 'Talk' }, talk_2: { name: 'Talk 2' } })
    expect(loose).toEqual([])
    expect(document?.nodes['ask']).toBe(flow.nodes['ask'])
  })
  it('follows names in conditions, written as an index too', () => {
    const { document } = pasted(flow, clip(['ask', 'pick']), [0, 0]) ?? {}
    expect(document?.nodes['pick_2']?.config).toEqual({ conditions: [{ label: 'yes', when: "results.ask_2.value == '1'" }] })
  })
  it('lists what points to nothing in another flow, and starts an empty one', () => {
    const empty: FlowDocument = { callweave: 1, name: 'Empty', nodes: {} }
    const { document, loose } = pasted(empty, clip(['ask', 'tell']), [0, 0]) ?? {}
    expect(document?.start).toBe('ask')
    expect(document?.nodes['ask']?.outlets).toEqual({ 1: 'tell' })
    expect(loose).toEqual([{ node: 'ask', place: 'outlets.no_input', to: 'bye' }, { node: 'tell', place: 'config', to: 'results.bye' }])
  })
  it('keeps what this page does not know, and gives an id to what has none', () => {
    const other = parsed('{"callweave": 1, "nodes": {"Ward-Bell": {"type": "ward_bell", "colour": "red"}, "__proto__": {"type": "say"}}}') as Clip
    const { document, ids } = pasted(flow, other, [1, 2]) ?? {}
    expect(ids).toEqual(['ward_bell', 'say'])
    expect(document?.nodes['ward_bell']).toEqual({ type: 'ward_bell', colour: 'red', at: [1, 2], outlets: {} })
  })
  it('brings notes, and knows where it begins', () => {
    const some = clip(['tell'], [0])
    expect(cornerOf(some)).toEqual([0, 6])
    const { document, notes } = pasted(flow, some, [10, 10]) ?? {}
    expect(notes).toEqual([1])
    expect(document?.notes?.[1]).toEqual({ text: 'agreed', at: [15, 16] })
  })
  it('is refused where a flow would have too many nodes', () => {
    const many: FlowDocument = { callweave: 1, name: 'Many', nodes: Object.fromEntries(Array.from({ length: 1999 }, (_, at) => [`n_${at}`, { type: 'say' }])) }
    expect(pasted(many, clip(['ask', 'tell']), [0, 0])).toBeNull()
    expect(pasted(many, clip(['ask']), [0, 0])).not.toBeNull()
  })
})
