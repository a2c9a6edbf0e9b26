/** Forms of tasks, and the one list of what waits for a person. */
import { expect, it } from 'vitest'
import type { Message } from '../../api/messages'
import type { Letter, Task } from '../../api/tasks'
import { itemsOf } from '../home/waiting'
import { filledIn, missingOf } from './form'

it('asks for what is required, and sends what was filled in', () => {
  const form = { properties: { note: {}, minutes: {} }, required: ['note'] }
  expect(missingOf(form, { note: '  ' })).toEqual(['note'])
  expect(missingOf({}, {})).toEqual([])
  expect(filledIn({ note: 'comes', minutes: 0, other: '', agreed: false })).toEqual({ note: 'comes', minutes: 0, agreed: false })
})

it('puts what waits into one list, the newest first, each with the way to it', () => {
  const task = { id: '1', title: 'Call back', contact: { name: 'Ann' }, role: 'nurse', created_at: '2026-12-02T10:00:00Z' } as unknown as Task
  const message = { id: '2', direction: 'in', sender: '+86138', medium: 'sms', subject: null, text: 'when?', states: [{ state: 'received', at: '2026-12-02T11:00:00Z' }] } as unknown as Message
  const letter = { id: '3', gateway: 'sms-backup', command: { to: '139' }, reason: 'no credit', state: 'dead', updated_at: '2026-12-02T09:00:00Z' } as unknown as Letter
  expect(itemsOf([task], [message], [letter]).map(({ kind, medium, title, about, to }) => [kind, medium, title, about, to])).toEqual([
    ['message', 'sms', 'when?', '+86138', '/messages?with=%2B86138'],
    ['task', 'data', 'Call back', 'Ann · nurse', '/tasks/1'],
    ['letter', 'sms', '139', 'no credit', '/messages?show=failed'],
  ])
})
