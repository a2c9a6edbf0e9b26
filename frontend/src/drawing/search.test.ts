import { describe, expect, it } from 'vitest'
import type { FlowDocument, NodeType } from '../api/types'
import { search } from './search'

const type = (name: string, label: string): NodeType => ({ type: name, label, description: '', group: '', medium: 'voice', icon: '', help: '', schema: {}, outlets: [], voice: true })
const types = { menu: type('menu', '按键菜单'), say: type('say', '播放') }
const flow: FlowDocument = {
  callweave: 1, name: 'Flow', notes: [{ text: 'Agreed with the ward', at: [0, 0] }], groups: { g: { name: 'Ward talk' } },
  nodes: {
    ask: { type: 'menu', name: '明天能来吗', config: { prompt: { 'zh-CN': '您好，请按键', en: 'Will you come to the ward tomorrow?' }, timeout: 8 }, outlets: { no_input: 'tell' } },
    tell: { type: 'say', config: { prompt: 'Bye' }, outlets: {} },
  },
}
const found = (words: string) => search(flow, types, words).map(({ id, where, path }) => [id, where, path])

describe('search', () => {
  it.each([
    ['ward', [['ask', 'config', 'config.prompt.en'], ['note:0', 'note', ''], ['group:g', 'group', '']]],
    ['请按', [['ask', 'config', 'config.prompt.zh-CN']]],
    ['按键菜单', [['ask', 'type', '']]],
    ['ajcd', [['ask', 'type', '']]],
    ['播放', [['tell', 'name', '']]],
    ['ASK', [['ask', 'id', '']]],
    ['no_input', [['ask', 'outlet', 'outlets.no_input']]],
    ['8', [['ask', 'config', 'config.timeout']]],
    ['  ', []],
    ['nothing of this', []],
  ])('%s', (words, wanted) => expect(found(words)).toEqual(wanted))
  it('says where in the text the words stand', () => {
    const [find] = search(flow, types, 'tomorrow')
    expect(find?.text.slice(find.from, find.to)).toBe('tomorrow')
    expect(find?.text.startsWith('…')).toBe(true)
  })
  it('goes in the order that is asked for', () => expect(search(flow, types, 'e', ['tell', 'ask']).map((find) => find.id)[0]).toBe('tell'))
})
