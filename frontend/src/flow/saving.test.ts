import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '../api/client'
import { flows } from '../api/flows'
import type { FlowDocument } from '../api/types'
import { kept } from './backup'
import { Saving, type SaveState } from './saving'

const named = (name: string): FlowDocument => ({ callweave: 1, name, nodes: {} })
const saved = (revision: number) => ({ data: { id: 'f', name: '', revision, errors: [], warnings: [] }, etag: `"${revision}"` })

let states: string[]
let saving: Saving
const save = vi.spyOn(flows, 'save')

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  states = []
  save.mockReset()
  saving = new Saving('f', '"1"', (state: SaveState) => states.push(state.kind))
})
afterEach(() => vi.useRealTimers())

describe('autosave', () => {
  it('waits for a pause, then sends the last document once with its revision', async () => {
    save.mockResolvedValue(saved(2))
    saving.change(named('a'))
    await vi.advanceTimersByTimeAsync(500)
    saving.change(named('b'))
    await vi.advanceTimersByTimeAsync(599)
    expect(save).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(save.mock.calls).toEqual([['f', named('b'), '"1"']])
    expect(states).toEqual(['pending', 'saving', 'saved'])
  })

  it('sends what was changed while it was saving, on the new revision', async () => {
    let answer: (value: ReturnType<typeof saved>) => void = () => undefined
    save.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve))).mockResolvedValueOnce(saved(3))
    saving.change(named('a'))
    await vi.advanceTimersByTimeAsync(600)
    saving.change(named('b'))
    await vi.advanceTimersByTimeAsync(600)
    expect(save).toHaveBeenCalledTimes(1)
    answer(saved(2))
    await vi.advanceTimersByTimeAsync(600)
    expect(save.mock.calls[1]).toEqual(['f', named('b'), '"2"'])
    expect(states.at(-1)).toBe('saved')
  })

  it('keeps the document here while the network is away, and goes on when it is back', async () => {
    save.mockRejectedValueOnce(new ApiError(0, 'away', '')).mockResolvedValueOnce(saved(2))
    saving.change(named('a'))
    await vi.advanceTimersByTimeAsync(600)
    expect(states.at(-1)).toBe('kept')
    expect(kept('f')?.document.name).toBe('a')
    await vi.advanceTimersByTimeAsync(2000)
    expect(states.at(-1)).toBe('saved')
    expect(kept('f')).toBeNull()
  })

  it('stops when someone else saved first, and overwrites only when told', async () => {
    save.mockRejectedValueOnce(new ApiError(412, 'changed', '')).mockResolvedValueOnce(saved(6))
    vi.spyOn(flows, 'draft').mockResolvedValue({ data: named('theirs'), etag: '"5"' })
    saving.change(named('mine'))
    await vi.advanceTimersByTimeAsync(600)
    saving.change(named('mine too'))
    await vi.advanceTimersByTimeAsync(60000)
    expect(save).toHaveBeenCalledTimes(1)
    expect(states.at(-1)).toBe('conflict')
    await saving.overwrite(named('mine too'))
    expect(save.mock.calls[1]).toEqual(['f', named('mine too'), '"5"'])
    expect(states.at(-1)).toBe('saved')
  })

  it('does not repeat what was refused, but sends the next change', async () => {
    save.mockRejectedValueOnce(new ApiError(422, 'refused', '', [{ path: 'nodes', message: 'at most 2,000' }])).mockResolvedValueOnce(saved(2))
    saving.change(named('big'))
    await vi.advanceTimersByTimeAsync(60000)
    expect(save).toHaveBeenCalledTimes(1)
    expect(states.at(-1)).toBe('refused')
    saving.change(named('small'))
    await vi.advanceTimersByTimeAsync(600)
    expect(states.at(-1)).toBe('saved')
  })

  it('flush sends at once and fails when it could not', async () => {
    save.mockResolvedValueOnce(saved(2)).mockRejectedValueOnce(new ApiError(0, 'away', ''))
    saving.change(named('a'))
    await saving.flush()
    expect(save).toHaveBeenCalledTimes(1)
    saving.change(named('b'))
    await expect(saving.flush()).rejects.toThrow()
  })
})
