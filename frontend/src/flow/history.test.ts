import { expect, it } from 'vitest'
import type { FlowDocument } from '../api/types'
import { begin, redo, step, undo } from './history'

const named = (name: string): FlowDocument => ({ callweave: 1, name, nodes: {} })

it('goes back without a limit, and forth again', () => {
  let history = begin(named('0'))
  for (let count = 1; count <= 500; count += 1) history = step(history, named(String(count)), count * 5000)
  for (let count = 0; count < 500; count += 1) history = undo(history)
  expect(history.present.name).toBe('0')
  expect(undo(history)).toBe(history)
  for (let count = 0; count < 500; count += 1) history = redo(history)
  expect(history.present.name).toBe('500')
  expect(redo(history)).toBe(history)
})

it('takes typing in one field as one step, until a pause or another field', () => {
  let history = begin(named(''))
  history = step(history, named('a'), 100, 'name')
  history = step(history, named('ab'), 400, 'name')
  history = step(history, named('abc'), 3000, 'name')
  history = step(history, named('abcd'), 3100, 'description')
  expect(history.past.map(({ before }) => before.name)).toEqual(['', 'ab', 'abc'])
})

it('forgets what was undone once something new is drawn', () => {
  const history = step(undo(step(begin(named('a')), named('b'), 1)), named('c'), 2)
  expect(redo(history)).toBe(history)
  expect(undo(history).present.name).toBe('a')
})

it('an edit that changes nothing is no step', () => {
  const history = begin(named('a'))
  expect(step(history, history.present, 1)).toBe(history)
})
