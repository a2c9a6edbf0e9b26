/** Calendars: the edits, and the grid that makes them. */
import { screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { freeDate, movedException, nextSpan, withDay, withDays, withException, withSetting, withoutException } from './calendar'
import { draw, field } from './drawn'
import type { JsonSchema } from './schema'

const own = { week: { mon: [['08:00', '12:00']], sun: [['10:00', '11:00']] }, holidays: 'CN', later: 1 }

describe('an edit of a calendar', () => {
  it('keeps the order of the week and what it does not know', () => {
    const next = withDay(own, 'tue', [['09:00', '10:00']])
    expect(Object.keys(next['week'] as object)).toEqual(['mon', 'tue', 'sun'])
    expect(next).toMatchObject({ holidays: 'CN', later: 1 })
    expect(withDay(own, 'mon', [])['week']).toEqual({ sun: [['10:00', '11:00']] })
    expect(withDays(own, ['mon', 'sun'], [])['week']).toEqual({})
  })
  it('offers hours after those there are', () => {
    expect(nextSpan([])).toEqual(['09:00', '17:30'])
    expect(nextSpan([['08:00', '12:00']])).toEqual(['13:00', '17:00'])
    expect(nextSpan([['08:00', '23:30']])).toEqual(['23:00', '24:00'])
  })
  it('adds, moves and takes out a date', () => {
    const closed = withException(own, '2026-12-25', [])
    expect(closed['except']).toEqual({ '2026-12-25': [] })
    expect(movedException(closed, '2026-12-25', '2026-12-26')['except']).toEqual({ '2026-12-26': [] })
    expect(movedException(withException(closed, '2026-12-26', []), '2026-12-25', '2026-12-26')['except']).toHaveProperty('2026-12-25')
    expect(withoutException(closed, '2026-12-25')).toEqual(own)
    expect(freeDate(closed, new Date(2026, 11, 24))).toBe('2026-12-26')
  })
  it('sets a country, or none', () => {
    expect(withSetting(own, 'holidays', undefined)).not.toHaveProperty('holidays')
    expect(withSetting(own, 'time_zone', 'Asia/Tokyo')).toMatchObject({ time_zone: 'Asia/Tokyo' })
  })
})

const schema: JsonSchema = { type: 'object', required: ['calendar'], properties: { calendar: { title: 'Calendar', widget: 'calendar', anyOf: [{ type: 'string' }, { type: 'object' }] } } }

describe('the week', () => {
  it('takes times as they are typed and keeps them tidy', async () => {
    const { user, last } = draw(schema, { calendar: own })
    const from = screen.getByRole('textbox', { name: 'Monday, hours 1, from' })
    await user.clear(from)
    await user.type(from, '730')
    await user.tab()
    expect(last()).toMatchObject({ calendar: { week: { mon: [['07:30', '12:00']] } } })
  })
  it('copies a day to the others', async () => {
    const { user, last } = draw(schema, { calendar: own })
    await user.click(screen.getByRole('button', { name: 'Copy Monday to other days' }))
    await user.click(await screen.findByText('Copy to Monday–Friday'))
    const hours = [['08:00', '12:00']]
    expect(last()).toMatchObject({ calendar: { week: { mon: hours, tue: hours, wed: hours, thu: hours, fri: hours, sun: [['10:00', '11:00']] } } })
  })
  it('closes a day and opens another', async () => {
    const { user, last } = draw(schema, { calendar: own })
    await user.click(screen.getByRole('button', { name: 'Remove Monday, hours 1' }))
    await user.click(screen.getByRole('button', { name: 'Add hours to Saturday' }))
    expect(last()).toMatchObject({ calendar: { week: { sat: [['09:00', '17:30']], sun: [['10:00', '11:00']] } } })
  })
  it('shows each fault at its day, and the rest below', () => {
    const faults = [
      { path: 'calendar.week.mon.0', message: 'ends before it begins' },
      { path: 'calendar.holidays', message: 'no country' },
      { path: 'calendar.wat', message: 'is not known here' },
    ]
    draw(schema, { calendar: { ...own, holidays: 'XX' } }, { faults })
    expect(within(field('calendar.week.mon')).getByText('ends before it begins')).toBeTruthy()
    expect(within(field('calendar.holidays')).getByText('no country')).toBeTruthy()
    expect(screen.getAllByText('is not known here')).toHaveLength(1)
    expect(screen.getAllByText('ends before it begins')).toHaveLength(1)
  })
  it('gives way to a name, and comes back', async () => {
    const { user, last } = draw(schema, { calendar: own })
    await user.click(screen.getByText('By name'))
    await user.type(screen.getByRole('textbox', { name: 'Calendar' }), 'ward')
    expect(last()).toEqual({ calendar: 'ward' })
    await user.click(screen.getByText('Hours here'))
    expect(last()).toEqual({ calendar: own })
  })
})
