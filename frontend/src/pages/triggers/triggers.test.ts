/** Of each kind only its own fields are sent, and a week's times are a rule. */
import { expect, it } from 'vitest'
import { bodyOf, draftOf, empty, rruleOf, weekOf } from './triggers'

it('sends what its kind has', () => {
  const draft = { ...empty, flow: 'f', record_type: 'visit', when: " record.ward == 'cardio' ", field: 'visit_at' }
  expect(bodyOf(draft)).toEqual({ kind: 'record', flow: 'f', record_type: 'visit', on: ['created'], when: "record.ward == 'cardio'" })
  expect(bodyOf({ ...draft, kind: 'date', when: '' })).toEqual({ kind: 'date', flow: 'f', record_type: 'visit', field: 'visit_at', offset: '-1d', at: '10:00' })
  expect(bodyOf({ ...draft, kind: 'sms', keyword: '挂号，book' })).toEqual({ kind: 'sms', flow: 'f', keyword: ['挂号', 'book'] })
  expect(bodyOf({ ...draft, kind: 'call', number: '020 8888-6666' })).toEqual({ kind: 'call', flow: 'f', number: '02088886666' })
  expect(bodyOf({ ...draft, kind: 'schedule', audience: 'visit' })).toMatchObject({ rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9;BYMINUTE=0', audience: { record_type: 'visit', when: "record.ward == 'cardio'" } })
  expect(bodyOf({ ...draft, kind: 'manual' })).toEqual({ kind: 'manual', flow: 'f' })
})

it('writes a week as a rule and reads it back', () => {
  expect(rruleOf(['TH', 'MO'], '14:30, 9:30')).toBe('FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9,14;BYMINUTE=30')
  expect(weekOf('FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=9,14;BYMINUTE=30')).toEqual({ days: ['MO', 'TH'], times: '09:30, 14:30' })
  expect(weekOf(rruleOf([], '8:00'))).toMatchObject({ times: '08:00' })
  expect([weekOf('FREQ=MONTHLY;BYHOUR=9'), weekOf('FREQ=WEEKLY;BYDAY=1MO;BYHOUR=9')]).toEqual([null, null])
})

it('sends a trigger that is opened and kept as it was, also what no field shows', () => {
  const about = { id: 't', flow: 'f', number: null, keyword: null, enabled: true, created_at: '' }
  const told: Record<string, unknown>[] = [
    { kind: 'record', record_type: 'visit', on: ['updated'], changed: 'ward', when: "record.ward == 'eye'", becomes: true, once: 'contact' },
    { kind: 'date', record_type: 'visit', field: 'visit_at', offset: '-1d', if_past: 'start' },
    { kind: 'schedule', rrule: 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=30', time_zone: 'Europe/Berlin', start: '2026-01-05', audience: { record_type: 'visit', when: 'record.a' } },
    { kind: 'schedule', rrule: 'FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9' },
    { kind: 'manual', record_type: 'visit', when: 'record.a' },
    { kind: 'sms', number: '106900', keyword: ['REG', '挂号'] },
    { kind: 'call', number: '7001' },
  ]
  for (const one of told) expect(bodyOf(draftOf({ ...about, ...one } as never))).toEqual({ flow: 'f', ...one })
})
