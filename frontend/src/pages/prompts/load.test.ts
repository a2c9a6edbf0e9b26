/** A prompt is put into the newest draft; what somebody else changed beside it stays, and the prompt itself is never overwritten unseen. */
import { afterEach, expect, it, vi } from 'vitest'
import { ApiError } from '../../api/client'
import { flows } from '../../api/flows'
import type { FlowDocument } from '../../api/types'
import { Crossed, keepPrompt } from './load'
import type { Row } from './sheet'

afterEach(() => vi.restoreAllMocks())
const row = { flow: 'f', node: 'ask', path: ['prompt'] } as unknown as Row
const draft = (prompt: unknown, name = 'Visit'): FlowDocument => ({ callweave: 1, name, nodes: { ask: { type: 'menu', config: { prompt } } } })

it('goes into the newest draft, and once more when somebody saved between', async () => {
  vi.spyOn(flows, 'draft').mockResolvedValueOnce({ data: draft({ en: 'Hi' }), etag: '"1"' }).mockResolvedValueOnce({ data: draft({ en: 'Hi' }, 'Renamed'), etag: '"2"' })
  const save = vi.spyOn(flows, 'save').mockRejectedValueOnce(new ApiError(412, '', '')).mockResolvedValueOnce({} as never)
  await keepPrompt(row, { en: 'Hi' }, { en: 'Hello' })
  expect(save.mock.calls.map((call) => [call[1].name, call[2]])).toEqual([['Visit', '"1"'], ['Renamed', '"2"']])
  expect(save.mock.calls[1]?.[1].nodes['ask']?.config).toEqual({ prompt: { en: 'Hello' } })
})

it('knows what it put there itself, in whatever order the designer keeps languages', async () => {
  vi.spyOn(flows, 'draft').mockResolvedValue({ data: draft({ en: 'Hi', 'zh-CN': '您好' }), etag: '"1"' })
  const save = vi.spyOn(flows, 'save').mockResolvedValue({} as never)
  await keepPrompt(row, { 'zh-CN': '您好', en: 'Hi' }, { 'zh-CN': '您好', en: 'Hi', es: 'Hola' })
  expect(save).toHaveBeenCalledTimes(1)
})

it('is not put over what somebody else wrote there', async () => {
  vi.spyOn(flows, 'draft').mockResolvedValue({ data: draft({ en: 'Good day' }), etag: '"1"' })
  const save = vi.spyOn(flows, 'save')
  const crossed = await keepPrompt(row, { en: 'Hi' }, { en: 'Hello' }).catch((problem: unknown) => problem)
  expect(crossed).toBeInstanceOf(Crossed)
  expect((crossed as Crossed).theirs).toEqual({ en: 'Good day' })
  expect(save).not.toHaveBeenCalled()
})
