/** What is asked for, what a spreadsheet gets, and threads of messages. */
import { expect, it } from 'vitest'
import type { Message } from '../../api/messages'
import { csvOf } from './csv'
import { threadsOf } from './threads'
import { asked } from './wanted'

it('asks only for what is wanted', () =>
  expect(asked({ search: '138', outcome: '', status: null, flow: 'f' }, 50, null).toString()).toBe('limit=50&search=138&flow=f'))

it('writes tables that run nothing', () =>
  expect(csvOf(['name', 'phone', 'n'], [['=HYPERLINK("x")', '+8613800138000', 1], ['a,b', null, undefined]])).toBe(
    '\ufeffname,phone,n\r\n"\'=HYPERLINK(""x"")",+8613800138000,1\r\n"a,b",,\r\n',
  ))

it('makes threads of messages, the newest first, and says which wait for somebody', () => {
  const message = (id: string, more: Partial<Message>) => ({ id, direction: 'in', medium: 'sms', sender: '138', receiver: '106', text: id, states: [], became: null, handled_at: null, ...more }) as Message
  const threads = threadsOf([message('3', { sender: '139' }), message('2', { became: 'inbox' }), message('1', { direction: 'out', sender: '106', receiver: '138' })])
  expect(threads.map(({ peer, messages, waits }) => [peer, messages.map((one) => one.id), waits])).toEqual([['139', ['3'], false], ['138', ['2', '1'], true]])
})
