/** Times as people write them, what is made of them, and what stands below the field. */
import { screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { draw, field } from './drawn'
import type { JsonSchema } from './schema'
import { dateWords, durationWords, parseDuration, tidyClock } from './times'

const words = (text: string, language = 'en') => {
  const duration = parseDuration(text)
  return duration && durationWords(duration, language)
}

describe('a length of time', () => {
  it.each([
    ['90s', '1 minute, 30 seconds'], ['2h30m', '2 hours, 30 minutes'], ['1w', '7 days'], ['36h', '36 hours'], ['P3D', '3 days'],
    ['PT10M', '10 minutes'], ['1d 12h', '1 day, 12 hours'], ['0s', '0 seconds'],
  ])('%s is %s', (text, said) => expect(words(text)).toBe(said))
  it.each(['', 'soon', '1d1d', '10', 'P', 'PT', 'P1DT', '1.5h'])('“%s” is none', (text) => expect(parseDuration(text)).toBeUndefined())
  it('may lie before', () => expect(parseDuration('-1d')?.before).toBe(true))
  it('is said in Chinese', () => expect(words('2h30m', 'zh-CN')).toBe('2 小时 30 分钟'))
})

it.each([['930', '09:30'], ['9', '09:00'], ['9：30', '09:30'], ['９：３０', '09:30'], ['24:00', '24:00'], ['25:00', '25:00'], ['noon', 'noon'], ['08:15:30', '08:15:30']])(
  'the time of day %s is kept as %s', (typed, kept) => expect(tidyClock(typed)).toBe(kept))

it('says a date in words, and nothing of what is none', () => {
  expect(dateWords('2026-12-03', 'en')).toBe('Thu, December 3, 2026')
  expect(dateWords('2026-12-03T10:05', 'en')).toContain('10:05')
  expect(dateWords('2026-02-30', 'en')).toBeUndefined()
  expect(dateWords('tomorrow', 'en')).toBeUndefined()
})

const schema: JsonSchema = {
  type: 'object',
  properties: {
    for: { title: 'For', type: 'string', widget: 'duration' },
    offset: { title: 'Before or after', type: 'string', widget: 'offset' },
    flow: { title: 'Flow', type: 'string', widget: 'flow' },
  },
}

describe('the field', () => {
  it('shows an example, then what was understood', async () => {
    const { user } = draw(schema, {})
    const box = screen.getByRole('combobox', { name: 'For' })
    expect(box.getAttribute('placeholder')).toContain('2h30m')
    await user.type(box, '1h')
    expect(field('for').textContent).toContain('1 hour')
  })
  it('says which way an offset goes, and leaves a template alone', () => {
    draw(schema, { offset: '-1d', for: '{{ record.days }}d' })
    expect(field('offset').textContent).toContain('1 day before')
    expect(document.querySelector('[data-field=for] .nf-meaning')).toBeNull()
  })
  it('takes a flow that is offered, or any other name', async () => {
    const { user, last } = draw(schema, {}, { offers: { flow: [{ value: 'Reminder', label: 'Reminder' }] } })
    const box = screen.getByRole('combobox', { name: 'Flow' })
    await user.click(box)
    await user.click(await screen.findByTitle('Reminder'))
    expect(last()).toEqual({ flow: 'Reminder' })
    await user.clear(box)
    await user.type(box, 'Not yet drawn')
    expect(last()).toEqual({ flow: 'Not yet drawn' })
  })
})
