import { expect, it } from 'vitest'
import type { FlowDocument } from '../api/types'
import { areas } from '../i18n'
import { can, commandOf, commands, gestures, type Command } from './commands'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) =>
  commandOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held })?.id ?? null

it.each([
  [press('z', { ctrlKey: true }), 'undo'], [press('Z', { metaKey: true, shiftKey: true }), 'redo'], [press('y', { ctrlKey: true }), 'redo'], [press('Delete'), 'delete'], [press('Backspace', { altKey: true }), 'deleteWhole'],
  [press('?', { shiftKey: true }), 'keys'], [press('+', { shiftKey: true }), 'zoomIn'], [press('g', { ctrlKey: true }), 'group'], [press('G', { ctrlKey: true, shiftKey: true }), 'subflow'], [press('F2'), 'rename'],
  [press('f'), 'fit'], [press('t'), 'try'], [press('F', { shiftKey: true }), null], [press('f', { ctrlKey: true }), 'find'], [press('q'), null],
])('%s is %s', (found, wanted) => expect(found).toBe(wanted))

it('no two commands have one key', () => {
  const keys = (commands as readonly Command[]).flatMap((one) => [one.keys, one.also]).filter((key) => key !== undefined)
  expect(keys.length).toBe(new Set(keys).size)
})
it('every command and gesture has its words', () => {
  const texts = areas['drawing']?.en as { command: Record<string, string>; gesture: Record<string, string> }
  expect(Object.keys(texts.command).sort()).toEqual(commands.map((one) => one.id).sort())
  expect(Object.keys(texts.gesture).sort()).toEqual(gestures.map((one) => one.id).sort())
})
it('may be done only when there is something to do it to', () => {
  const document: FlowDocument = { callweave: 1, name: 'Flow', nodes: { a: { type: 'say' }, b: { type: 'say', group: 'g' } }, groups: { g: { name: 'G' } } }
  const now = (selected: string[]) => ({ document, selected, edge: null, undo: false, redo: true })
  const may = (selected: string[]) => (commands as readonly Command[]).filter((one) => one.needs && can(one, now(selected))).map((one) => one.id)
  expect(may([])).toEqual(['redo', 'selectAll', 'tidy', 'try', 'fit'])
  expect(may(['group:g'])).toEqual(expect.arrayContaining(['ungroup', 'fold', 'subflow', 'copy']))
  expect(may(['b'])).toContain('takeOut')
  expect(may(['note:0'])).not.toContain('group')
  expect(may(['a', 'b'])).toContain('left')
  expect(may(['a', 'b'])).not.toContain('across')
})
