/** What is missing is translated from what is said in words; nothing of a voice or a recording goes over. */
import { expect, it } from 'vitest'
import type { Cell, FlowPrompts, Row } from './sheet'
import { inWords, jobsOf, textsOf } from './translating'

const cell = (language: string, spoken?: Cell['spoken']): Cell => ({ language, spoken, state: spoken === undefined ? 'missing' : 'said', seconds: 0, review: null })
const flow = (...cells: Cell[]) => ({ id: 'f', name: 'F', languages: cells.map((one) => one.language), published: null, rows: [{ key: 'k', cells } as unknown as Row] }) as FlowPrompts

it('finds what can be translated, and from which language', () => {
  const jobs = jobsOf([flow(cell('zh-CN', [{ audio: 'hello' }]), cell('en', 'Hello'), cell('es'), cell('de')), flow(cell('zh-CN', [{ audio: 'x' }]), cell('en'))])
  expect(jobs.map((job) => [job.from.language, job.language])).toEqual([['en', 'es'], ['en', 'de']])
})

it('puts words in place of words', () => {
  const spoken: Cell['spoken'] = [{ voice: 'en-us+f3' }, { say: 'Your number' }, { digits: '{{ n }}' }, { pause: 1 }, { audio: 'gong' }, { say: 'Bye.' }]
  expect(textsOf(spoken)).toEqual(['Your number', 'Bye.'])
  expect(inWords(spoken, ['Su número', 'Adiós.'])).toEqual([{ say: 'Su número' }, { digits: '{{ n }}' }, { pause: 1 }, { say: 'Adiós.' }])
  expect(inWords('Hello', ['Hola'])).toBe('Hola')
})
