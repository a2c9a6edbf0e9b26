/** A try as a person plays it: what is waited for, what is offered, what came of it, and the step back. */
import { expect, it } from 'vitest'
import { conversation, wordsOf } from './conversation'
import { finish, keysFor, press } from './keypad'
import { automatic, foretold, questionOf, typedEvent, understood } from './offers'
import { isOver, lineOf, pendingOf, standsAt, stepBack, wayOf, type TryTurn } from './turns'
import { namesAt } from './values'
import { waitsFor } from './waiting'

const call = { type: 'place_call', id: '1', to: '138' }
const menu = { type: 'gather', id: '2', max_digits: 1, prompt: [{ type: 'say', text: 'Press 1,', language: 'en' }, { type: 'say', text: 'or 2.', language: 'en' }] }
const bye = { type: 'play_prompt', id: '3', prompt: [{ type: 'say', text: '再见。', language: 'zh-CN' }] }
const sms = { type: 'send_sms', id: '4', to: '138', text: 'Tomorrow 9:30', until: 'delivered' }

function turn(number: number, more: Partial<TryTurn>): TryTurn {
  return {
    number, at: `2026-12-02T10:00:0${number}+08:00`, node: null, status: 'running', outcome: null, vars: {}, results: {}, contact: {}, record: {}, language: 'en',
    steps: [], events: [], commands: [], pending: [], legs: {}, listens: [], coming: null, heard: true, endless: false, ...more,
  }
}

const rung = turn(1, { node: 'ring', steps: [{ node: 'ring' }], commands: [call], pending: ['1'] })
const answered = { type: 'call_answered', command_id: '1', leg: 'caller' }
const asked = turn(2, { node: 'ask', event: answered, events: [answered], steps: [{ node: 'ring', outlet: 'answered' }, { node: 'ask' }], commands: [menu], pending: ['2'], legs: { caller: true } })
const one = { type: 'digits_gathered', command_id: '2', digits: '1', ended_by: 'max_digits' }
const said = turn(3, { node: 'bye', event: one, events: [one], steps: [{ node: 'ask', outlet: '1', value: '1' }, { node: 'bye' }], commands: [bye], pending: ['3'], legs: { caller: true }, results: { ask: { value: '1', outlet: '1' } } })
const heard = { type: 'playback_finished', command_id: '3' }
const sent = turn(4, { node: 'text', event: heard, events: [heard], steps: [{ node: 'bye', outlet: 'done' }, { node: 'text' }], commands: [sms], pending: ['4'], results: { ask: { value: '1', outlet: '1' } } })
const delivered = { type: 'message_sent', command_id: '4', state: 'delivered' }
const over = turn(5, { status: 'completed', outcome: 'told', event: delivered, events: [delivered], steps: [{ node: 'text', outlet: 'sent' }] })
const all = [rung, asked, said, sent, over]
const nodes = { ring: {}, ask: {}, bye: {}, text: {} }

it('knows who is on the line and what is waited for', () => {
  expect(lineOf(rung, pendingOf([rung]))).toBe('ringing')
  expect(lineOf(asked, pendingOf([rung, asked]))).toBe('talking')
  expect(pendingOf([rung, asked])).toEqual([menu])
  expect(waitsFor([rung])).toBe('try.waits.call')
  expect(waitsFor([turn(1, { listens: [{ kind: 'message', key: '138' }] })])).toBe('try.waits.message')
  expect(waitsFor([turn(1, { coming: { at: '2026-12-03T10:00:00Z', type: 'timer_fired' } })])).toBe('try.waits.time')
  expect([isOver(sent), isOver(over)]).toEqual([false, true])
})

it('lights the way, and leaves out what is walked inside of sub-flows', () => {
  const inside = turn(2, { node: 'inner', steps: [{ node: 'ring', outlet: 'answered' }, { node: 'inner' }] })
  expect(wayOf([rung, inside], nodes)).toEqual([{ node: 'ring', outlet: null }, { node: 'ring', outlet: 'answered' }])
  expect(standsAt([rung, inside], nodes)).toBe('ring')
  expect(standsAt(all, nodes)).toBeNull()
})

it('goes back to before the last thing that a person did', () => {
  expect(stepBack([rung])).toBeNull()
  expect(stepBack([rung, asked, said])).toBe(2)
  expect(stepBack([rung, asked, said, sent])).toBe(2)
  expect(stepBack(all)).toBe(4)
})

it('offers fates, and foretells those that were said beforehand', () => {
  expect(questionOf(call).offers.map((offer) => offer.id)).toEqual(['answered', 'machine', 'busy', 'no_answer', 'failed'])
  expect(foretold([call], 'ask')).toBeNull()
  expect(foretold([call], 'busy')).toEqual({ type: 'call_failed', command_id: '1', fate: 'busy' })
  expect(foretold([menu], 'busy')).toBeNull()
  expect(questionOf(sms).offers[0]?.event).toEqual({ type: 'message_sent', command_id: '4', state: 'delivered' })
  const task = { type: 'create_task', id: '9', decisions: ['yes', 'no'], labels: { yes: 'Take it' } }
  expect(questionOf(task).offers.map((offer) => offer.id)).toEqual(['=Take it', '=no', 'failed'])
  expect(typedEvent({ type: 'lookup', id: '7' }, 'rows', [{ slot: '10:30' }])).toEqual({ type: 'lookup_answered', command_id: '7', rows: [{ slot: '10:30' }] })
})

it('answers by itself what nobody would want to decide', () => {
  expect(automatic([bye], said, false)).toEqual({ type: 'playback_finished', command_id: '3' })
  expect(automatic([bye], said, true)).toBeNull()
  expect(automatic([menu], asked, false)).toBeNull()
  const update = { type: 'update_fields', id: '8', of: 'record', fields: { state: 'told' } }
  expect(automatic([update], turn(1, { record: { name: 'Li' } }), true)).toEqual({ type: 'fields_updated', command_id: '8', fields: { name: 'Li', state: 'told' } })
})

it('gathers keys until there are enough, or the one that ends them', () => {
  const pin = { type: 'gather', id: '5', max_digits: 4, finish_key: '#' }
  expect(keysFor([call])).toBeNull()
  expect(press(menu, '', '7').event).toEqual({ type: 'digits_gathered', command_id: '2', digits: '7', ended_by: 'max_digits' })
  expect(press(pin, '12', '3')).toEqual({ keys: '123', event: null })
  expect(press(pin, '12', '#').event).toEqual({ type: 'digits_gathered', command_id: '5', digits: '12', ended_by: 'finish_key' })
  expect(finish(pin, '12')).toEqual({ type: 'digits_gathered', command_id: '5', digits: '12', ended_by: 'timeout' })
  expect(press({ ...bye, barge_in: true }, '', '1').event).toEqual({ type: 'playback_finished', command_id: '3', interrupted: true })
})

it('understands what fits a phrase', () => {
  const listen = { type: 'listen', id: '6', phrases: [{ label: 'Yes', words: ['好的', '可以'] }] }
  expect(understood(listen, ' 可以啊 ')).toEqual({ type: 'speech_heard', command_id: '6', label: 'Yes', text: '可以啊', confidence: 1, spoke: true })
  expect(understood(listen, 'no')['label']).toBe('')
})

it('tells it as a conversation, each message with its fate', () => {
  const told = conversation(all)
  expect(told.map((entry) => (entry.kind === 'line' ? entry.words : entry.kind))).toEqual(['calls', 'answered', 'heard', 'keys', 'heard', 'sms', 'ended'])
  expect(told.find((entry) => entry.kind === 'sms')).toMatchObject({ text: 'Tomorrow 9:30', state: 'delivered' })
  expect(conversation([rung, asked, said, sent]).find((entry) => entry.kind === 'sms')).toMatchObject({ state: 'pending' })
  expect(wordsOf(menu.prompt)).toBe('Press 1, or 2.')
  expect(wordsOf([{ type: 'say', text: '您好，' }, { type: 'say', text: '李' }, { type: 'digits', digits: '12' }])).toBe('您好，李1 2')
})

it('names what a step has changed', () => {
  const changed = namesAt(said, asked).filter((name) => name.changed)
  expect(changed.map(({ name, value }) => [name, value])).toEqual([['results.ask.value', '1'], ['results.ask.outlet', '1']])
  expect(namesAt(said, undefined).every((name) => !name.changed)).toBe(true)
})
