import { expect, it } from 'vitest'
import { gone, heard, heldField, holders, initials, present, SILENT, type Here, type People } from './people'

const here = (page: string, more: Partial<Here> = {}): Here => ({ page, name: page, n: 1, cursor: null, node: null, field: null, ...more })

it('people come, move, go, and have colours of their own', () => {
  let people: People = {}
  for (const page of ['a', 'b', 'c', 'd']) people = heard(people, here(page), 1000)
  expect(Object.values(people).map((one) => one.tint)).toEqual(['sms', 'fax', 'mail', 'time'])
  people = heard(people, here('a', { n: 5, cursor: [1, 2] }), 2000)
  expect(people['a']).toMatchObject({ cursor: [1, 2], moved: 2000, tint: 'sms' })
  expect(heard(people, here('a', { n: 4, cursor: [9, 9] }), 3000)).toBe(people)
  people = heard(people, here('a', { n: 6, cursor: [1, 2] }), 3000)
  expect(people['a']).toMatchObject({ moved: 2000, seen: 3000 })
  expect(Object.keys(gone(people, 'b'))).toEqual(['a', 'c', 'd'])
  expect(Object.keys(present(people, 1000 + SILENT))).toEqual(['a'])
  expect(present(people, 2000)).toBe(people)
})

it('the one who came first holds a node and its field', () => {
  const people = [here('a', { node: 'ask', field: 'prompt' }), here('b', { node: 'ask', field: 'timeout' })].reduce((all, one) => heard(all, one, 1), {} as People)
  const held = holders(people)
  expect([held.get('ask')?.page, held.get('ask.prompt')?.page, held.get('ask.timeout')?.page, held.get('ask.tries')]).toEqual(['a', 'a', 'b', undefined])
})

it('who edits an entry of a list holds the list', () => {
  expect(heldField('choices.0.label')).toBe('choices')
  expect(heldField('prompt')).toBe('prompt')
  expect(heldField('retry.after')).toBe('retry.after')
  expect(heldField(null)).toBeNull()
})

it('a name is two letters', () => expect(['运营 02', '王小明', 'Ada Lovelace', 'ada', ''].map(initials)).toEqual(['02', '小明', 'AL', 'AD', '?']))
