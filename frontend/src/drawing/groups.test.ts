import { describe, expect, it } from 'vitest'
import type { FlowDocument } from '../api/types'
import * as edit from '../flow/document'
import { folded, foldedIn, grouped, groupIds, groupRenamed, groupsOf, nodesSelected, takenOut, ungrouped } from './groups'

const flow: FlowDocument = { callweave: 1, name: 'Flow', nodes: { a: { type: 'say' }, b: { type: 'say' }, c: { type: 'end' } } }
const made = grouped(flow, ['a', 'b'], 'Talk')?.document as FlowDocument

describe('groups', () => {
  it('are named in the document; members say so themselves', () => {
    expect(made.groups).toEqual({ group: { name: 'Talk' } })
    expect(groupIds(made, 'group')).toEqual(['a', 'b'])
    expect(made.nodes['c']).toBe(flow.nodes['c'])
  })
  it('leave nothing behind', () => {
    expect(ungrouped(made, ['group'])).toEqual(flow)
    expect(edit.remove(made, ['a', 'b'])).not.toHaveProperty('groups')
    expect(takenOut(takenOut(made, ['a']), ['b'])).toEqual(flow)
  })
  it('give way to a new one', () => {
    const next = grouped(made, ['b', 'c'], 'End')
    expect(next?.group).toBe('group_2')
    expect([...groupsOf(next?.document as FlowDocument)].map(([id, { ids }]) => [id, ids])).toEqual([['group', ['a']], ['group_2', ['b', 'c']]])
    expect(grouped(made, ['nobody'], 'x')).toBeNull()
  })
  it('fold and unfold to the very same document', () => {
    const shut = folded(made, 'group', true)
    expect(foldedIn(shut)).toEqual(new Map([['a', 'group'], ['b', 'group']]))
    expect(folded(shut, 'group', false)).toEqual(made)
    expect(folded(made, 'group', false)).toBe(made)
  })
  it('are renamed, and stand for their members when selected', () => {
    expect(groupRenamed(made, 'group', 'Chat').groups).toEqual({ group: { name: 'Chat' } })
    expect(nodesSelected(made, ['group:group', 'b', 'c', 'note:0'])).toEqual(['a', 'b', 'c'])
  })
  it('that nobody has named are none', () => expect(groupsOf({ ...flow, nodes: { a: { type: 'say', group: 'x' } } }).size).toBe(0))
})
