/** Names for templates, from a document and types as the designer lists them. */
import type { TFunction } from 'i18next'
import { expect, it } from 'vitest'
import type { FlowDocument, NodeType } from '../api/types'
import { namesOf } from './names'

const type = (outlets: string[], schema = {}): NodeType => ({
  type: 'x', label: 'X', group: '', medium: 'voice', icon: '', help: '', description: '', voice: true, schema: { type: 'object', properties: schema },
  outlets: outlets.map((id) => ({ id, label: id })),
})

it('offers what nodes answer and what they set, and nothing of those that only go on', () => {
  const types = { ask: type(['1', 'no_input', 'failed', 'hung_up']), say: type(['done', 'failed', 'hung_up']), set: type(['done'], { them: { type: 'object', widget: 'variables' } }) }
  const document: FlowDocument = {
    callweave: 1, name: 'F',
    nodes: { ward: { type: 'ask', name: 'Which ward' }, hello: { type: 'say' }, keep: { type: 'set', name: 'Keep', config: { them: { ward: 'a', floor: 'b' } } }, gone: { type: 'missing' } },
  }
  const names = namesOf(document, types, null, ((key: string) => key) as TFunction)
  expect(names.slice(6)).toEqual([
    { name: 'results.ward.value', label: 'Which ward' },
    { name: 'vars.ward', label: 'Keep' },
    { name: 'vars.floor', label: 'Keep' },
  ])
})

it('offers at a node what can have run before it, and the record’s fields', () => {
  const types = { ask: type(['1', '2', 'hung_up']) }
  const document: FlowDocument = {
    callweave: 1, name: 'F',
    nodes: { first: { type: 'ask', name: 'First', outlets: { 1: 'second' } }, second: { type: 'ask', name: 'Second', outlets: { 1: 'third' } }, third: { type: 'ask', name: 'Third' } },
  }
  const names = namesOf(document, types, null, ((key: string) => key) as TFunction, { node: 'second', fields: [{ name: 'record.ward', label: 'Ward' }] })
  expect(names.slice(6)).toEqual([{ name: 'record.ward', label: 'Ward' }, { name: 'results.first.value', label: 'First' }])
})
