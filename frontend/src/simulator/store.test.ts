// @vitest-environment jsdom
/** A try against a designer that answers as told: what answers by itself, what is foretold, and what is refused. */
import { beforeEach, expect, it, vi } from 'vitest'
import { ApiError } from '../api/client'
import { useFlow } from '../flow/store'
import { trying } from './calls'
import { useTry } from './store'
import type { Command, TryTurn } from './turns'

const ring: Command = { type: 'place_call', id: '1', to: '138' }
const say: Command = { type: 'play_prompt', id: '2', prompt: [{ type: 'say', text: 'Hello', language: 'en' }] }
const ask: Command = { type: 'gather', id: '3', max_digits: 2, finish_key: '#', prompt: [] }

function turn(number: number, command?: Command, more: Partial<TryTurn> = {}): { simulation: string; turn: TryTurn } {
  return {
    simulation: 's',
    turn: {
      number, at: '2026-12-02T10:00:00+08:00', node: 'n', status: command ? 'running' : 'completed', outcome: null, vars: {}, results: {}, contact: {}, record: {}, language: 'en', steps: [], events: [],
      commands: command ? [command] : [], pending: command ? [command.id] : [], legs: {}, listens: [], coming: null, heard: true, endless: false, ...more,
    },
  }
}

beforeEach(() => {
  vi.restoreAllMocks()
  localStorage.clear()
  vi.spyOn(useFlow.getState(), 'flush').mockResolvedValue(null)
  useTry.getState().close()
  useTry.setState({ next: 'ask', byHand: false, loud: false })
})

const open = async () => {
  useTry.getState().open('flow', 'en')
  await vi.waitFor(() => expect(useTry.getState().busy).toBe(false))
}

it('answers what answers by itself, and stops where it is somebody’s turn', async () => {
  vi.spyOn(trying, 'begin').mockResolvedValue(turn(1, ring))
  const event = vi.spyOn(trying, 'event').mockResolvedValueOnce(turn(2, say)).mockResolvedValueOnce(turn(3, ask))
  await open()
  expect(event).not.toHaveBeenCalled()
  await useTry.getState().act({ type: 'call_answered', command_id: '1' })
  expect(event.mock.calls.map(([, sent]) => sent.type)).toEqual(['call_answered', 'playback_finished'])
  expect(useTry.getState().turns.map((one) => one.number)).toEqual([1, 2, 3])
})

it('gives a call the fate that was said beforehand', async () => {
  vi.spyOn(trying, 'begin').mockResolvedValue(turn(1, ring))
  const event = vi.spyOn(trying, 'event').mockResolvedValue(turn(2))
  useTry.getState().open('flow', 'en')
  useTry.getState().setNext('busy')
  await vi.waitFor(() => expect(useTry.getState().turns).toHaveLength(2))
  expect(event.mock.calls[0]?.[1]).toEqual({ type: 'call_failed', command_id: '1', fate: 'busy' })
})

it('leaves a prompt to the hand that asked for it, and gathers keys', async () => {
  vi.spyOn(trying, 'begin').mockResolvedValue(turn(1, say))
  const event = vi.spyOn(trying, 'event').mockResolvedValueOnce(turn(2, ask)).mockResolvedValueOnce(turn(3))
  useTry.getState().setByHand(true)
  await open()
  expect(event).not.toHaveBeenCalled()
  await useTry.getState().act({ type: 'playback_finished', command_id: '2' })
  await useTry.getState().press('1')
  expect(useTry.getState().keys).toBe('1')
  await useTry.getState().press('#')
  expect(event.mock.calls[1]?.[1]).toMatchObject({ digits: '1', ended_by: 'finish_key' })
  expect(useTry.getState().keys).toBe('')
})

it('winds to the next thing, and goes back', async () => {
  vi.spyOn(trying, 'begin').mockResolvedValue(turn(1, ask, { coming: { at: '2026-12-02T12:00:00+08:00', type: 'timer_fired' } }))
  const wind = vi.spyOn(trying, 'wind').mockResolvedValue(turn(2, ask, { advance_clock: '7200s' }))
  const back = vi.spyOn(trying, 'back').mockResolvedValue({ simulation: 's', turns: [turn(1, ask).turn] })
  await open()
  await useTry.getState().toNext()
  expect(wind).toHaveBeenCalledWith('s', '7200s')
  await useTry.getState().back()
  expect(back).toHaveBeenCalledWith('s', 1)
  expect(useTry.getState().turns).toHaveLength(1)
})

it('says the faults of a draft that cannot run, and a try that was put away', async () => {
  vi.spyOn(trying, 'begin').mockRejectedValueOnce(new ApiError(422, 'no', '', [{ path: 'nodes.ask.config.prompt', message: 'is empty' }]))
  await open()
  expect(useTry.getState().trouble).toMatchObject({ kind: 'faults', faults: [{ node: 'ask', message: 'is empty' }] })
  vi.spyOn(trying, 'begin').mockResolvedValue(turn(1, ask))
  await useTry.getState().restart()
  vi.spyOn(trying, 'event').mockRejectedValue(new ApiError(404, 'gone', ''))
  await useTry.getState().act({ type: 'call_ended', leg: 'caller' })
  expect(useTry.getState().trouble).toEqual({ kind: 'gone' })
  vi.spyOn(useFlow.getState(), 'flush').mockRejectedValue(new Error('offline'))
  await useTry.getState().restart()
  expect(useTry.getState()).toMatchObject({ trouble: { kind: 'unsaved' }, turns: [] })
})

it('remembers whom a flow was tried with', async () => {
  const begin = vi.spyOn(trying, 'begin').mockResolvedValue(turn(1, ask))
  await open()
  await useTry.getState().choose({ contact: { phone: '139' }, record: { ward: 'a' }, key: 'V1' })
  useTry.getState().close()
  await open()
  expect(begin.mock.lastCall?.[1]).toMatchObject({ contact: { phone: '139' }, record: { ward: 'a' } })
})
