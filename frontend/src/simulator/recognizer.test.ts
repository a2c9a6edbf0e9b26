/** A browser's recognizer, played: what it understands so far, at last, not at all, and that it is stopped. */
import { afterEach, expect, it, vi } from 'vitest'
import { canHear, hear } from './recognizer'

class Played {
  static last: Played
  lang = ''
  interimResults = false
  onresult: ((event: { results: { isFinal: boolean; 0: { transcript: string } }[] }) => void) | null = null
  onerror: ((event: { error: string }) => void) | null = null
  onend: (() => void) | null = null
  aborted = false
  constructor() { Played.last = this }
  start() { /* it listens from now on */ }
  abort() { this.aborted = true; this.onend?.() }
  hears(transcript: string, isFinal: boolean) { this.onresult?.({ results: [{ isFinal, 0: { transcript } }] }) }
}

afterEach(() => vi.unstubAllGlobals())

function listening() {
  vi.stubGlobal('webkitSpeechRecognition', Played)
  const words = vi.fn<(text: string, done: boolean) => void>()
  const over = vi.fn<(why: string | null) => void>()
  return { stop: hear('zh-CN', { words, over }), words, over, recognizer: Played.last }
}

it('tells what it understands, and is over once that is final', () => {
  const { words, over, recognizer } = listening()
  expect(canHear()).toBe(true)
  expect([recognizer.lang, recognizer.interimResults]).toEqual(['zh-CN', true])
  recognizer.hears('可', false)
  recognizer.hears('可以 ', true)
  recognizer.onend?.()
  expect(words.mock.calls).toEqual([['可', false], ['可以', true]])
  expect(over.mock.calls).toEqual([[null]])
})

it.each([['not-allowed', 'refused'], ['network', 'unreachable'], ['no-speech', 'nothing']])('says why it heard nothing: %s', (error, why) => {
  const { over, recognizer } = listening()
  recognizer.onerror?.({ error })
  recognizer.onend?.()
  expect(over.mock.calls).toEqual([[why]])
})

it('says no more once it was stopped, and nothing where there is no recognizer', () => {
  const { stop, words, over, recognizer } = listening()
  stop()
  recognizer.hears('late', true)
  expect([recognizer.aborted, words.mock.calls, over.mock.calls]).toEqual([true, [], []])
  vi.unstubAllGlobals()
  expect(canHear()).toBe(false)
})
