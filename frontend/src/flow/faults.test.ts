import { expect, it } from 'vitest'
import type { NodeType } from '../api/types'
import { byNode, configFaults, issuesOf, spoken } from './faults'
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
  expect(issuesOf(checked).slice(0, 3).map((issue) => spoken(issue, menu, ': '))).toEqual(['Choices 1: is no key', 'Wait for a key: at most 300', 'is required'])
})

it('shows the outlets of the check, keeps connected ones that are gone, and hang-up last', () => {
  const node = { type: 'menu', outlets: { '1': 'a', old: 'b' } }
  const outlets = outletsOf(node, { summary: '', outlets: [{ id: 'hung_up', label: 'Hung up' }, { id: '1', label: '1 Confirm' }, { id: '2', label: 'Change' }] }, menu)
  expect(outlets.map((outlet) => outlet.id)).toEqual(['1', '2', 'old', 'hung_up'])
  expect(outletsOf({ type: 'menu' }, undefined, menu).map((outlet) => outlet.id)).toEqual(['done'])
  expect(defaultOutlet(node, outlets)).toBe('2')
  expect(outlets.slice(0, 2).map(outletWords)).toEqual([{ key: '1', words: 'Confirm' }, { key: '2', words: 'Change' }])
})
