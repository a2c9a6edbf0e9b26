import { describe, expect, it } from 'vitest'
import type { FlowDocument } from '../api/types'
import * as edit from './document'

const empty: FlowDocument = { callweave: 1, name: 'Test', nodes: {} }
const say = { type: 'say', name: 'Say', at: [10, 20] as edit.At }

function drawn(): FlowDocument {
  let document = edit.addNode(empty, 'say', say)
  document = edit.addNode(document, 'menu', { type: 'menu', name: 'Menu', at: [0, 120] })
  return edit.connect(document, 'say', 'done', 'menu')
}

describe('ids', () => {
  it('come from the type and are unique', () => {
    expect(edit.newId({}, 'menu')).toBe('menu')
    expect(edit.newId({ menu: { type: 'menu' } }, 'menu')).toBe('menu_2')
    expect(edit.newId({ menu: { type: 'menu' }, menu_2: { type: 'menu' } }, 'menu')).toBe('menu_3')
  })
  it('are valid whatever the type is called', () => expect(edit.newId({}, 'Ward-Bell 2')).toBe('ward_bell_2'))
  it('have something when nothing of the type is left', () => expect(edit.newId({}, '病区')).toBe('node'))
})

describe('edits', () => {
  it('make the first node the start, and keep it', () => {
    const document = drawn()
    expect(document.start).toBe('say')
    expect(edit.setStart(document, 'menu').start).toBe('menu')
    expect(edit.setStart(document, 'nobody')).toBe(document)
  })
  it('leave what they do not touch as it is', () => {
    const before = drawn()
    const after = edit.rename(before, 'menu', 'Which ward?')
    expect(after.nodes['say']).toBe(before.nodes['say'])
    expect(after.nodes['menu']?.name).toBe('Which ward?')
    expect(edit.rename(after, 'menu', 'Which ward?')).toBe(after)
  })
  it('connect, aim again and disconnect', () => {
    let document = edit.connect(drawn(), 'say', 'done', 'say')
    expect(document.nodes['say']?.outlets).toEqual({ done: 'say' })
    document = edit.disconnect(document, 'say', 'done')
    expect(document.nodes['say']?.outlets).toEqual({})
    expect(edit.connect(document, 'say', 'done', 'nobody')).toBe(document)
  })
  it('take a node away with every edge to it, and with being the start', () => {
    const document = edit.setOnHangUp(edit.connect(drawn(), 'menu', '1', 'say'), 'say')
    const after = edit.remove(document, ['say'])
    expect(Object.keys(after.nodes)).toEqual(['menu'])
    expect(after.nodes['menu']?.outlets).toEqual({})
    expect('start' in after || 'on_hang_up' in after).toBe(false)
  })
  it('move by whole pixels, and not at all when nothing moved', () => {
    const document = drawn()
    expect(edit.move(document, { say: [10.2, 19.8] })).toBe(document)
    expect(edit.move(document, { say: [30.4, 40.6] }).nodes['say']?.at).toEqual([30, 41])
  })
  it('keep unknown fields of a node', () => {
    const document: FlowDocument = { ...empty, nodes: { a: { type: 'say', colour: 'red' } } }
    expect(edit.setConfig(document, 'a', { prompt: 'x' }).nodes['a']).toEqual({ type: 'say', colour: 'red', config: { prompt: 'x' } })
  })
  it('let an edge follow when its outlet gets another id', () => {
    const document = edit.connect(drawn(), 'menu', '1', 'say')
    expect(edit.setConfig(document, 'menu', {}, { 1: '2' }).nodes['menu']?.outlets).toEqual({ 2: 'say' })
  })
  it('write, change and take away notes', () => {
    let document = edit.addNote(empty, [1, 2], 'one')
    document = edit.addNote(document, [3, 4], 'two')
    document = edit.changeNote(document, 1, { text: 'second' })
    expect(edit.removeNotes(document, [0]).notes).toEqual([{ text: 'second', at: [3, 4] }])
  })
})
