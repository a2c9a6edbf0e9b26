import { expect, test } from 'vitest'
import type { ContactRow } from '../../api/contacts'
import { found, soughtOf, type Findable, type Words } from './finding'

const words: Words = { page: 'Page', flow: 'Flow', campaign: 'Campaign', person: 'Contact', sessions: (typed) => `Sessions with ${typed}` }
const person = (key: string, fields: Record<string, unknown>) => ({ id: key, key, fields, created_at: '', updated_at: '' }) as ContactRow
const among: Findable = {
  pages: [{ path: '/home', icon: 'home', name: '首页' }, { path: '/flows', icon: 'flow', name: '流程' }, { path: '/faxes', icon: 'fax', name: '传真' }],
  flows: [
    { id: 'a', name: '复诊提醒', description: 'Calls the day before.', triggers: [] },
    { id: 'b', name: 'First call', description: '', triggers: [{ number: '7002' }] as unknown as Findable['flows'][number]['triggers'] },
  ],
  campaigns: [{ id: 'c', name: '十二月复诊' }],
  people: [],
  sessions: true,
}
const places = (typed: string, more: Partial<Findable> = {}) => found(typed, { ...among, ...more }, words).map((one) => one.to)

test('nothing typed: the pages', () => {
  expect(places('  ')).toEqual(['/home', '/flows', '/faxes'])
})

test('by name, by the initials of its pinyin, by number and by description', () => {
  expect(places('复诊')).toEqual(['/flows/a', '/campaigns/c', '/sessions?search=%E5%A4%8D%E8%AF%8A'])
  expect(places('fztx')[0]).toBe('/flows/a')
  expect(places('7002')[0]).toBe('/flows/b')
  expect(places('day before')[0]).toBe('/flows/a')
})

test('people are those whom the server found, by their names', () => {
  const rows = found('li', { ...among, people: [person('mrn:1', { name: '李静' }), person('mrn:2', {})] }, words)
  expect(rows.filter((one) => one.about === 'Contact').map((one) => [one.to, one.label])).toEqual([['/contacts/mrn:1', '李静'], ['/contacts/mrn:2', 'mrn:2']])
})

test('who may not see sessions is not led there', () => {
  expect(places('nothing of the kind', { sessions: false })).toEqual([])
  expect(places('nothing of the kind')).toEqual(['/sessions?search=nothing%20of%20the%20kind'])
})

test('the server is asked for people from the second letter on', () => {
  expect(soughtOf(' x ')).toBeNull()
  expect(soughtOf('138 0013 8000')).toEqual({ address: '13800138000' })
  expect(soughtOf('李静')).toEqual({ text: '李静' })
})
