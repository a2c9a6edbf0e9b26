/** Data as people type it, the virtual clock's words, and scenarios that look at the way alone. */
import { expect, it, vi } from 'vitest'
import { dayOf, lengthOf, secondsTo, timeOfDay, wound, written } from './clock'
import { fromAnything, fromLines, fromRows, toLines } from './fields'
import { trying, type KeptRecord } from './calls'
import { beginsWith, contactOf, labelOf, newest } from './sample'
import { coveredWay, freeName, missingOf, onlyTheWay, withScenario, without, type Run } from './scenarios'

it('reads lines of names and values, and says which line is none', () => {
  expect(fromLines('ward: 心内科\nage：7\nvisit_no: "007"\nat: 10:30')).toEqual({ value: { ward: '心内科', age: 7, visit_no: '007', at: '10:30' }, wrong: null })
  expect(fromLines('ward: a\n\nnothing')).toMatchObject({ wrong: 3 })
  expect(fromLines('phone: 13800000000').value).toEqual({ phone: '13800000000' })
  expect(toLines({ phone: '13800000000', ward: 7 })).toBe('phone: 13800000000\nward: 7')
  const data = { name: 'Li', age: 7, code: '007', flag: 'true', tags: ['a'], none: null }
  expect(fromLines(toLines(data)).value).toEqual(data)
})

it('reads rows with a blank line between two', () => {
  expect(fromRows('slot: 10:30\nday: Mon\n\nslot: 11:00')).toEqual({ value: [{ slot: '10:30', day: 'Mon' }, { slot: '11:00' }], wrong: null })
  expect(fromRows('')).toEqual({ value: [], wrong: null })
  expect(fromRows('slot: 1\n\nbad')).toMatchObject({ wrong: 3 })
  expect([fromAnything('{"a": 1}'), fromAnything('a: 1'), fromAnything('just words'), fromAnything('')]).toEqual([{ a: 1 }, { a: 1 }, 'just words', ''])
})

it('shows the clock in the zone that it was given in', () => {
  const at = '2026-12-02T23:05:09+08:00'
  expect([timeOfDay(at), dayOf(at, 'en'), dayOf(at, 'zh-CN')]).toEqual(['23:05:09', 'Wed 2 Dec', '12月2日 周三'])
  expect(Date.parse(written(new Date(at)))).toBe(Date.parse(at))
  expect(secondsTo(at, '2026-12-03T15:20:09.200Z')).toBe(87_301)
  expect(secondsTo(at, at)).toBe(1)
  expect(wound(90)).toBe('90s')
  expect(lengthOf(90_061)).toEqual({ days: 1, hours: 1, minutes: 0, seconds: 0 })
  expect(lengthOf(95)).toEqual({ days: 0, hours: 0, minutes: 1, seconds: 35 })
})

it('takes the contact out of a record by what its type says', () => {
  const type = { type: 'visit', key: 'no', name: 'patient', phone: 'mobile', email: 'mail' }
  expect(contactOf(type, { patient: 'Li', mobile: '138', mail: '', ward: 'a' })).toEqual({ phone: '138', name: 'Li' })
  expect(labelOf(type, { key: 'V1', data: { patient: 'Li' } })).toBe('Li · V1')
  expect(labelOf(null, { key: 'V1', data: {} })).toBe('V1')
})

const document = { callweave: 1, name: 'f', nodes: {} }
const scenario = { name: 'a', steps: [{ expect: { commands: [], node: 'ask' } }, { event: { type: 'call_ended' } }] }

it('keeps scenarios in the draft, and names a new one anew', () => {
  expect(onlyTheWay(scenario).steps).toEqual([{ expect: { node: 'ask' } }, { event: { type: 'call_ended' } }])
  const one = withScenario(document, scenario)
  expect(one.scenarios).toEqual([scenario])
  expect(withScenario(one, { ...scenario, steps: [] }).scenarios).toEqual([{ name: 'a', steps: [] }])
  expect([freeName(one, 'a'), freeName(one, 'b')]).toEqual(['a 2', 'b'])
  expect(without(one, 0).scenarios).toEqual([])
})

it('tells what was walked and what not', () => {
  const rows = [
    { node: 'ask', walked: 2, outlets: ['1', '2'], missing: ['2'] }, { node: 'end', walked: 1, outlets: [], missing: [] }, { node: 'never', walked: 0, outlets: ['done'], missing: ['done'] },
  ]
  const run: Run = { results: [], coverage: { nodes: [2, 3], outlets: [1, 3], rows } }
  expect(coveredWay(run)).toEqual([{ node: 'ask', outlet: '1' }, { node: 'end', outlet: null }])
  expect(missingOf(run)).toEqual({ ask: ['2'], never: ['done'] })
})

it('begins with the newest record that is kept, and goes on with the one of last time as it is by now', async () => {
  const kept: KeptRecord[] = [
    { key: 'V1', data: { mobile: '139', ward: 'a' }, created_at: '2026-12-01T08:00:00Z' }, { key: 'V2', data: { mobile: '137' }, created_at: '2026-12-03T08:00:00Z' }, { key: 'V3', data: {}, created_at: '2026-12-03T08:00:00Z' },
  ]
  expect(newest(kept)?.key).toBe('V2')
  expect(newest([])).toBeNull()
  vi.spyOn(trying, 'recordType').mockResolvedValue({ type: 'visit', key: 'no', phone: 'mobile' })
  const records = vi.spyOn(trying, 'records').mockResolvedValue({ items: kept, next: null })
  expect(await beginsWith(null, 'visit', 'en')).toEqual({ contact: { language: 'en', phone: '137' }, record: { mobile: '137' }, key: 'V2' })
  const last = { contact: { phone: '139', language: 'zh-CN' }, record: { ward: 'old' }, key: 'V1' }
  expect(await beginsWith(last, 'visit', 'en')).toEqual({ ...last, record: { mobile: '139', ward: 'a' } })
  expect(await beginsWith({ ...last, key: null }, 'visit', 'en')).toEqual({ ...last, key: null })
  records.mockRejectedValue(new Error('one may not see them'))
  expect(await beginsWith(null, 'visit', 'en')).toMatchObject({ record: {}, key: null })
})
