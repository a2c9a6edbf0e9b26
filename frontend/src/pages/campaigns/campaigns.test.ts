/** The pure parts of the campaign pages: how people stand, the week of half hours, the form and its body. */
import { describe, expect, it } from 'vitest'
import type { Campaign, Member, TraceEntry } from '../../api/campaigns'
import { blank, bodyOf, draftOf, faultAt, otherFaults, peopleOf } from './draft'
import { partsOf, secondsLeft, share, total } from './stands'
import { verdictOf } from './trace'
import { weekOf } from './week'

describe('how people stand', () => {
  it('puts everybody into one part', () => {
    const sum = partsOf([
      { state: 'done', tried: true, fate: 'answered', people: 7 }, { state: 'done', tried: true, fate: 'no_answer', people: 2 }, { state: 'waiting', tried: true, fate: 'busy', people: 3 },
      { state: 'waiting', tried: false, fate: null, people: 5 }, { state: 'under_way', tried: true, fate: null, people: 1 }, { state: 'left_out', tried: false, fate: null, people: 4 },
    ])
    expect(sum).toEqual({ reached: 7, trying: 4, waiting: 5, unreached: 2, leftOut: 4 })
    expect(total(sum)).toBe(22)
  })
  it('says shares', () => expect([share(738, 1000), share(0, 3), share(3, 3), share(0, 0)]).toEqual(['73.8 %', '0 %', '100 %', '–']))
  it('says how long a rehearsal takes yet, once it has moved', () => {
    const first = { at: 10_000, share: 0.2 }
    expect([secondsLeft(null, first), secondsLeft(first, { at: 12_000, share: 0.2 }), secondsLeft(first, { at: 12_000, share: 0.4 }), secondsLeft(first, { at: 18_000, share: 1 })]).toEqual([null, null, 6, 0])
  })
})

describe('the week', () => {
  it('has eight to twenty at least, and more where a window is earlier or later', () => {
    expect(weekOf([{ days: ['mon'], from: '09:00', to: '12:00' }])).toMatchObject({ from: 8, to: 20 })
    expect(weekOf([{ days: ['mon'], from: '06:30', to: '24:00' }])).toMatchObject({ from: 6, to: 24 })
  })
  it('opens the half hours of a window', () => {
    const monday = weekOf([{ days: ['mon'], from: '09:00', to: '10:15' }]).rows[0]
    expect(monday?.open.slice(0, 6)).toEqual([false, false, true, true, true, false])
  })
})

const campaign = {
  id: 'c', state: 'running', building: false, version: 1, why: null, created_at: '', started_at: null, ended_at: null, never_rang: { after: '15m', times: 6 },
  ...bodyOf({ ...blank, name: 'Autumn', flow: 'f', recordType: 'visit', spread: '3d', budget: 500 }),
} as unknown as Campaign

describe('the verdict', () => {
  it('on one who waits for a time is what put him off to it', () => {
    const entry = (kind: string, code: string) => ({ at: '', kind, words: kind, values: {}, why: { code, words: code }, campaign: null, member: null, session: null }) as unknown as TraceEntry
    const waiting = { state: 'waiting', fate: null, why: null, next_at: '2026-11-23T01:00:00Z' } as unknown as Member
    expect(verdictOf(waiting, [entry('member.held_back', 'window'), entry('member.now', 'not_due')])).toMatchObject({ tone: 'wa', why: 'window', until: '2026-11-23T01:00:00Z' })
    expect(verdictOf(waiting, [entry('member.held_back', 'window'), entry('member.now', 'full')]).why).toBe('full')
    expect(verdictOf(waiting, [entry('member.now', 'not_due')]).why).toBe('not_due')
  })
})

describe('the form', () => {
  it('writes people named one by one', () =>
    expect(peopleOf('13800138000，王芳\n\n a@example.org, Ann')).toEqual([{ phone: '13800138000', name: '王芳' }, { email: 'a@example.org', name: 'Ann' }]))
  it('gives the body that it was made of', () => {
    const { audience, stop_at } = bodyOf(draftOf({ ...campaign, state: 'draft' }))
    expect(audience).toEqual({ record_type: 'visit' })
    expect(stop_at).toEqual({ budget: 500, failure_rate: 0.3 })
  })
  it('leaves out after the start what cannot be changed', () => {
    const body = bodyOf({ ...draftOf(campaign), spread: '9d' }, campaign)
    expect(body).not.toHaveProperty('audience')
    expect(body).not.toHaveProperty('flow')
    expect(body.pace?.spread).toBe('3d')
  })
  it('finds the fault of a field, and those of none', () => {
    const errors = [{ path: 'windows.0.to', message: 'ends before it begins' }, { path: 'never_rang.after', message: 'is odd' }]
    expect(faultAt(errors, 'windows.0')).toBe('ends before it begins')
    expect(faultAt(errors, 'windows.1')).toBeUndefined()
    expect(otherFaults(errors, ['windows'])).toEqual([errors[1]])
  })
})
