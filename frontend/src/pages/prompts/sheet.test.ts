/** The sheet finds every prompt, says what is missing or has not kept up, and puts a change where it belongs. */
import { describe, expect, it } from 'vitest'
import type { FlowDocument, NodeType } from '../../api/types'
import { type Review, at, cellsOf, filtered, isUnreviewed, nextToDo, promptsOf, put, totalsOf } from './sheet'

const text = { widget: 'prompt', title: 'Prompt' }
const type = (name: string, properties: object) => ({ type: name, label: name, medium: 'voice', schema: { type: 'object', properties } }) as unknown as NodeType
const types = {
  menu: type('menu', { prompt: text, no_match_prompt: { ...text, title: 'Wrong key' }, choices: { type: 'array', items: { type: 'object', properties: { key: { type: 'string' }, said: { ...text, title: 'Said' } } } } }),
  send_sms: type('send_sms', { text: { ...text, written: true } }),
}
const document: FlowDocument = {
  callweave: 1, name: 'Visit', languages: ['zh-CN', 'en'],
  nodes: {
    ask: { type: 'menu', name: 'Will you come?', config: { prompt: { 'zh-CN': '您好', en: 'Hello' }, choices: [{ key: '1' }, { key: '2', said: { 'zh-CN': '好的' } }] } },
    text: { type: 'send_sms', config: { text: { en: 'Hi' } } },
    odd: { type: 'levitate', config: { prompt: 'x' } },
  },
}

describe('the sheet', () => {
  const sheet = promptsOf('f', document, types, 1, null)
  it('has a row for each prompt that is heard', () => {
    expect(sheet.rows.map((row) => [row.node, row.path.join('.'), row.title])).toEqual([['ask', 'prompt', 'Prompt'], ['ask', 'choices.1.said', 'Said']])
    expect(sheet.rows[1]?.cells.map((cell) => cell.state)).toEqual(['said', 'missing'])
    expect(totalsOf([sheet], 'en')).toMatchObject({ said: 1, missing: 1, stale: 0 })
  })
  it('finds nobody behind for what is said for the first time', () => {
    expect(cellsOf({ 'zh-CN': '您好', en: 'Hello' }, ['zh-CN', 'en'], { 'zh-CN': '您好' }).map((cell) => cell.state)).toEqual(['said', 'said'])
  })
  it('says which language has not kept up with what was published', () => {
    const before = { 'zh-CN': '您好', en: 'Hello' }
    const states = (now: unknown) => cellsOf(now, ['zh-CN', 'en'], before).map((cell) => cell.state)
    expect(states(before)).toEqual(['said', 'said'])
    expect(states({ ...before, 'zh-CN': '您好！' })).toEqual(['said', 'stale'])
    expect(states({ 'zh-CN': '您好！', en: 'Hello!' })).toEqual(['said', 'said'])
    expect(states({ 'zh-CN': '您好！' })).toEqual(['said', 'missing'])
    expect(states({ 'zh-CN': '您好' })).toEqual(['said', 'missing'])
    expect(cellsOf('same for all', ['zh-CN', 'en'], undefined).map((cell) => cell.state)).toEqual(['said', 'said'])
  })
  it('knows what somebody has found right as it is', () => {
    const before = { 'zh-CN': '您好', en: 'Hello' }
    const now = { 'zh-CN': '您好！', en: 'Hello' }
    const review = { node: 'ask', place: 'prompt', language: 'en', by: 'Li', at: '', others_changed: false, machine: false }
    const states = (...reviews: Review[]) => cellsOf(now, ['zh-CN', 'en'], before, reviews).map((cell) => `${cell.state} ${isUnreviewed(cell)}`)
    expect(states()).toEqual(['said true', 'stale true'])
    expect(states(review)).toEqual(['said true', 'said false'])
    expect(states({ ...review, others_changed: true })).toEqual(['said true', 'stale true'])
    const marked = promptsOf('f', document, types, 1, null, [review, { ...review, language: 'zh-CN' }])
    expect(filtered([marked], '', 'unreviewed').flatMap((flow) => flow.rows.map((row) => row.path.join('.')))).toEqual(['choices.1.said'])
    expect(totalsOf([marked], 'zh-CN').unreviewed).toBe(1)
    expect(nextToDo([marked], marked.rows[0]?.key ?? '', 'en', 'unreviewed')).toMatchObject({ language: 'zh-CN', row: { path: ['choices', 1, 'said'] } })
  })
  it('is searched and cut to what is to be done', () => {
    expect(filtered([sheet], 'hello', 'all')[0]?.rows).toHaveLength(1)
    expect(filtered([sheet], '', 'missing')[0]?.rows.map((row) => row.path.join('.'))).toEqual(['choices.1.said'])
    expect(filtered([sheet], 'nobody', 'all')).toEqual([])
    expect(nextToDo([sheet], sheet.rows[0]?.key ?? '', 'zh-CN')).toMatchObject({ language: 'en', row: { path: ['choices', 1, 'said'] } })
  })
  it('puts a change in its place and touches nothing else', () => {
    const changed = put(document, ['nodes', 'ask', 'config', 'choices', 1, 'said'], { en: 'Good' }) as FlowDocument
    expect(at(changed, ['nodes', 'ask', 'config', 'choices', 1])).toEqual({ key: '2', said: { en: 'Good' } })
    expect(changed.nodes['text']).toBe(document.nodes['text'])
  })
})
