/** What passed with a person stands in the order of time, and each address says by what it may be reached. */
import { expect, it } from 'vitest'
import type { WholeContact } from '../../api/contacts'
import { soughtBy } from './sought'
import { isMasked, reachOf, timelineOf } from './timeline'

const entry = { source: 'person', reason: '', by: null, message: null, at: '2026-11-02T09:00:00Z' }
const person: WholeContact = {
  id: '1', key: 'P1', fields: {}, created_at: '', updated_at: '', records: [],
  addresses: [{ address: '+8613800000000', current: true, since: '' }],
  sessions: [{ id: 's', flow: 'f', version: 1, status: 'completed', outcome: 'confirmed', node: null, contact: {}, record_id: null, contact_id: '1', started_at: '2026-11-01T08:00:00Z', ended_at: null, wake_at: null, expires_at: null } as never],
  calls: [{ session: 's', leg: 'a', flow: 'f', direction: 'out', caller: '400', called: '+8613800000000', state: 'ended', started_at: '2026-11-01T08:00:01Z', answered_at: '2026-11-01T08:00:11Z', ended_at: '2026-11-01T08:01:11Z', cause: null, trunk: null, fate: 'answered' }],
  messages: [{ id: 'm', direction: 'in', medium: 'sms', session: null, sender: '+8613800000000', receiver: '106', text: 'TD', subject: null, state: 'received', states: [{ state: 'received', at: '2026-11-02T08:00:00Z' }], reason: null }],
  consents: [{ ...entry, id: 'c', medium: 'sms', address: '+8613800000000', given: false }],
  campaigns: [], do_not_contact: [{ ...entry, medium: 'sms', address: '+8613800000000' }],
}

it('stands in one line, the latest first', () => {
  const line = timelineOf(person)
  expect(line.map((one) => [one.medium, one.direction, one.fate])).toEqual([['sms', 'in', 'received'], ['voice', 'out', 'answered'], ['flow', null, 'completed']])
  expect(line[1]?.seconds).toBe(60)
  expect(line[0]?.address).toBe('+8613800000000')
})

it('says by what an address may be reached', () => {
  const [voice, sms] = reachOf(person, '+8613800000000')
  expect([voice?.barred, sms?.barred?.medium, sms?.consent?.given]).toEqual([null, 'sms', false])
  expect(reachOf(person, 'a@b.cn').map((one) => one.medium)).toEqual(['mail'])
  expect([isMasked('138****0000'), isMasked('+8613800000000')]).toEqual([true, false])
})

it('is looked for by a number, an address, a key or a text', () => {
  expect([soughtBy(' 138-0000 0000'), soughtBy('a@b.cn'), soughtBy('编号：P1'), soughtBy('Li'), soughtBy('')]).toEqual([{ address: '13800000000' }, { address: 'a@b.cn' }, { key: 'P1' }, { text: 'Li' }, {}])
})
