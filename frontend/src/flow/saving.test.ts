// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../api/client'
import { flows } from '../api/flows'
import type { FlowDocument } from '../api/types'
import { kept } from './backup'
import { merge } from './merge'
import { Saving, type SaveState } from './saving'

const named = (name: string): FlowDocument => ({ callweave: 1, name, nodes: {} })
const saved = (revision: number) => ({ data: { id: 'f', name: '', revision, errors: [], warnings: [] }, etag: `"${revision}"` })

let states: string[]
let saving: Saving
/** What the screen shows: the editor's part of `meet`. */
let screen: FlowDocument
const save = vi.spyOn(flows, 'save')
const draft = vi.spyOn(flows, 'draft')
const meet = vi.fn((base: FlowDocument, theirs: FlowDocument) => (screen = merge(base, screen, theirs).document))
const change = (document: FlowDocument) => saving.change((screen = document))

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  states = []
  save.mockReset()
  draft.mockReset()
  screen = named('')
  saving = new Saving('f', '"1"', screen, { tell: (state: SaveState) => states.push(state.kind), meet })
})
afterEach(() => vi.useRealTimers())

describe('autosave', () => {
  it('waits for a pause, then sends the last document once with its revision', async () => {
    save.mockResolvedValue(saved(2))
    change(named('a'))
    await vi.advanceTimersByTimeAsync(500)
    change(named('b'))
    await vi.advanceTimersByTimeAsync(599)
    expect(save).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(save.mock.calls).toEqual([['f', named('b'), '"1"']])
    expect(states).toEqual(['pending', 'saving', 'saved'])
  })

  it('sends what was changed while it was saving, on the new revision', async () => {
    let answer: (value: ReturnType<typeof saved>) => void = () => undefined
    save.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve))).mockResolvedValueOnce(saved(3))
    change(named('a'))
    await vi.advanceTimersByTimeAsync(600)
    change(named('b'))
    await vi.advanceTimersByTimeAsync(600)
    expect(save).toHaveBeenCalledTimes(1)
    answer(saved(2))
    await vi.advanceTimersByTimeAsync(600)
    expect(save.mock.calls[1]).toEqual(['f', named('b'), '"2"'])
    expect(states.at(-1)).toBe('saved')
  })

  it('keeps the document here while the network is away, and goes on when it is back', async () => {
    save.mockRejectedValueOnce(new ApiError(0, 'away', '')).mockResolvedValueOnce(saved(2))
    change(named('a'))
    await vi.advanceTimersByTimeAsync(600)
    expect(states.at(-1)).toBe('kept')
    expect(kept('f')).toEqual({ document: named('a'), base: named(''), etag: '"1"' })
    await vi.advanceTimersByTimeAsync(2000)
    expect(states.at(-1)).toBe('saved')
    expect(kept('f')).toBeNull()
  })

  it('merges what somebody else has saved first, and saves both on top of it', async () => {
    save.mockRejectedValueOnce(new ApiError(412, 'changed', '')).mockResolvedValueOnce(saved(6))
    draft.mockResolvedValue({ data: { ...named(''), description: 'theirs' }, etag: '"5"' })
    change(named('mine'))
    await vi.advanceTimersByTimeAsync(60000)
    expect(save.mock.calls[1]).toEqual(['f', { ...named('mine'), description: 'theirs' }, '"5"'])
    expect(save).toHaveBeenCalledTimes(2)
    expect(states.at(-1)).toBe('saved')
    expect(kept('f')).toBeNull()
  })

  it('does not take its own save, whose answer was lost, for somebody else’s', async () => {
    const node = (name: string): FlowDocument => ({ ...named(''), nodes: { say: { type: 'say', name } } })
    save.mockRejectedValueOnce(new ApiError(0, 'away', '')).mockRejectedValueOnce(new ApiError(412, 'changed', '')).mockResolvedValueOnce(saved(3))
    draft.mockResolvedValue({ data: node('a'), etag: '"2"' })
    change(node('a'))
    await vi.advanceTimersByTimeAsync(600)
    change(node('ab'))
    await vi.advanceTimersByTimeAsync(60000)
    expect(meet).toHaveBeenLastCalledWith(node('a'), node('a'))
    expect(save.mock.calls.at(-1)).toEqual(['f', node('ab'), '"2"'])
    expect(states.at(-1)).toBe('saved')
  })

  it('takes what somebody else has saved when it hears of it, and sends nothing', async () => {
    draft.mockResolvedValue({ data: named('theirs'), etag: '"2"' })
    saving.heard(2)
    await vi.advanceTimersByTimeAsync(60000)
    expect(screen.name).toBe('theirs')
    expect(save).not.toHaveBeenCalled()
    saving.heard(2)
    await vi.advanceTimersByTimeAsync(60000)
    expect(draft).toHaveBeenCalledTimes(1)
  })

  it('does not fetch its own save again, although it hears of it', async () => {
    let answer: (value: ReturnType<typeof saved>) => void = () => undefined
    save.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)))
    change(named('a'))
    await vi.advanceTimersByTimeAsync(600)
    saving.heard(2)
    answer(saved(2))
    await vi.advanceTimersByTimeAsync(60000)
    expect(draft).not.toHaveBeenCalled()
    expect(states.at(-1)).toBe('saved')
  })

  it('what was typed while the newest draft came is not lost', async () => {
    let answer: (value: { data: FlowDocument; etag: string }) => void = () => undefined
    save.mockResolvedValue(saved(3))
    draft.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)))
    saving.heard(2)
    change(named('typed'))
    answer({ data: { ...named(''), description: 'theirs' }, etag: '"2"' })
    await vi.advanceTimersByTimeAsync(60000)
    expect(save.mock.calls).toEqual([['f', { ...named('typed'), description: 'theirs' }, '"2"']])
  })

  it('does not repeat what was refused, but sends the next change', async () => {
    save.mockRejectedValueOnce(new ApiError(422, 'refused', '', [{ path: 'nodes', message: 'at most 2,000' }])).mockResolvedValueOnce(saved(2))
    change(named('big'))
    await vi.advanceTimersByTimeAsync(60000)
    expect(save).toHaveBeenCalledTimes(1)
    expect(states.at(-1)).toBe('refused')
    change(named('small'))
    await vi.advanceTimersByTimeAsync(600)
    expect(states.at(-1)).toBe('saved')
  })

  it('flush sends at once and fails when it could not', async () => {
    save.mockResolvedValueOnce(saved(2)).mockRejectedValueOnce(new ApiError(0, 'away', ''))
    change(named('a'))
    await saving.flush()
    expect(save).toHaveBeenCalledTimes(1)
    change(named('b'))
    await expect(saving.flush()).rejects.toThrow()
  })
})
