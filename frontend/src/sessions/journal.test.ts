/** The journal told as steps, over turns as the engine writes them. */
import { expect, it } from 'vitest'
import { type JournalTurn, lines, walked } from './journal'

const ask = { type: 'gather', id: '2', prompt: [{ type: 'say', text: 'Press 1 or 2.', language: 'en' }] }
const journal: JournalTurn[] = [
  { turn: 1, at: '2026-05-03T09:00:00Z', event: { type: 'call_offered', caller: '138', called: '7001' }, steps: [{ node: 'answer' }], commands: [{ type: 'answer', id: '1' }] },
  { turn: 2, at: '2026-05-03T09:00:01Z', event: { type: 'call_answered', command_id: '1' }, steps: [{ node: 'answer', outlet: 'done' }, { node: 'ask' }], commands: [ask] },
  { turn: 3, at: '2026-05-03T09:00:14Z', event: { type: 'digits_gathered', digits: '', ended_by: 'timeout' }, steps: [{ node: 'ask' }], commands: [ask] },
  { turn: 4, at: '2026-05-03T09:00:20Z', event: { type: 'digits_gathered', digits: '2' }, steps: [{ node: 'ask', outlet: '2', value: '2' }, { node: 'card' }], commands: [] },
  { turn: 5, at: '2026-05-03T09:00:22Z', event: { type: 'call_ended', cause: 'normal' }, steps: [{ node: 'card', outlet: 'hung_up' }, { node: 'thank', outlet: 'done', value: 'x' }], commands: [] },
]

it('tells each key with the way it led, and each arrival with what is said', () => {
  const told = lines(journal).map(({ key: _key, at: _at, ...line }) => line)
  expect(told).toEqual([
    { kind: 'offered', node: 'answer', outlet: null, caller: '138', called: '7001' },
    { kind: 'left', node: 'answer', outlet: 'done', value: null },
    { kind: 'arrived', node: 'ask', outlet: null, says: 'Press 1 or 2.' },
    { kind: 'silence', node: 'ask', outlet: null, again: true },
    { kind: 'keys', node: 'ask', outlet: '2', keys: '2', again: false },
    { kind: 'arrived', node: 'card', outlet: null, says: null },
    { kind: 'ended', node: 'card', outlet: 'hung_up', cause: 'normal' },
    { kind: 'left', node: 'thank', outlet: 'done', value: 'x' },
  ])
})

it('gives the way over the drawing up to a line', () => {
  const told = lines(journal)
  expect(walked(told, told[4]?.key)).toEqual([
    { node: 'answer', outlet: null },
    { node: 'answer', outlet: 'done' },
    { node: 'ask', outlet: null },
    { node: 'ask', outlet: '2' },
  ])
  expect(walked(told).at(-1)).toEqual({ node: 'thank', outlet: 'done' })
})

it('survives a journal that knows less', () => {
  expect(lines([{ turn: 1, at: '2026-05-03T09:00:00Z', event: null, steps: [], commands: [] }])).toEqual([])
})
