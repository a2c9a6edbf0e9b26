import { expect, it } from 'vitest'
import type { NodeType } from '../api/types'
import { aboutNode, byNode, configFaults, issuesOf, outletFaults, ownFaults, spoken } from './faults'
import { defaultOutlet, outletsOf, outletWords } from './outlets'

const checked = {
  nodes: {},
  errors: [{ path: 'nodes.ask.config.choices.0.key', message: 'is no key' }, { path: 'nodes.ask.config.timeout', message: 'at most 300' }, { path: 'start', message: 'is required' }],
  warnings: [{ path: 'nodes.ask.outlets.no_input', message: 'goes nowhere' }, { path: 'nodes.ask_2', message: 'cannot be reached' }],
}
const menu = { type: 'menu', schema: { properties: { choices: { title: 'Choices' }, timeout: { title: 'Wait for a key' } } }, outlets: [{ id: 'done', label: 'Done' }] } as unknown as NodeType

it('finds the node, the outlet and the field that a fault is about', () => {
  const issues = issuesOf(checked)
  expect(byNode(issues).get('ask')).toMatchObject({ errors: 2, warnings: 1, outlets: ['no_input'] })
  expect(byNode(issues).get('ask_2')).toMatchObject({ errors: 0, warnings: 1 })
  expect(issues.filter((issue) => issue.node === null).map((issue) => issue.path)).toEqual(['start'])
  expect(configFaults(issues, 'ask').map((fault) => fault.path)).toEqual(['choices.0.key', 'timeout'])
})

it('says the field with the fault', () => {
  const document = { callweave: 1, name: 'x', nodes: { ask: { type: 'menu' } } }
  const known = { ...checked, nodes: { ask: { summary: '', outlets: [{ id: 'no_input', label: 'Nothing pressed' }] } } }
  const say = (key: string, values: Record<string, unknown>) => (key === 'editor.startNode' ? 'Starts at' : (key === 'editor.outletFault' ? `“${String(values['outlet'])}” ` : `${String(values['field'])}: `) + String(values['message']))
  const words = issuesOf(checked).map((issue) => spoken(issue, aboutNode(issue.node, document, known, { menu }), say))
  expect(words).toEqual(['Choices 1: is no key', 'Wait for a key: at most 300', 'Starts at: is required', '“Nothing pressed” goes nowhere', 'cannot be reached'])
})

it('tells faults of a node itself from those of its outlets', () => {
  const issues = issuesOf(checked)
  expect(ownFaults(issues, 'ask')).toEqual([])
  expect(ownFaults(issues, 'ask_2').map((issue) => issue.message)).toEqual(['cannot be reached'])
  expect([...outletFaults(issues, 'ask').keys()]).toEqual(['no_input'])
})

it('shows the outlets of the check, keeps connected ones that are gone, and hang-up last', () => {
  const node = { type: 'menu', outlets: { '1': 'a', old: 'b' } }
  const outlets = outletsOf(node, { summary: '', outlets: [{ id: 'hung_up', label: 'Hung up' }, { id: '1', label: '1 Confirm' }, { id: '2', label: 'Change' }] }, menu)
  expect(outlets.map((outlet) => outlet.id)).toEqual(['1', '2', 'old', 'hung_up'])
  expect(outletsOf({ type: 'menu' }, undefined, menu).map((outlet) => outlet.id)).toEqual(['done'])
  expect(defaultOutlet(node, outlets)).toBe('2')
  expect(outlets.slice(0, 2).map(outletWords)).toEqual([{ key: '1', words: 'Confirm' }, { key: '2', words: 'Change' }])
})
