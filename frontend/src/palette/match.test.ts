import { expect, it } from 'vitest'
import type { NodeType } from '../api/types'
import { find, initials } from './match'

const type = (name: string, label: string, description = ''): NodeType =>
  ({ type: name, label, description, group: 'voice', medium: 'voice', icon: '', help: '', schema: {}, outlets: [], voice: true })
const types = [type('say', '播放', '给对方播放一段话'), type('menu', '按键菜单'), type('gather', '收号'), type('hang_up', '挂断'), type('send_sms', '发短信')]

it('knows the initials of Chinese', () => {
  expect(initials('按键菜单')).toBe('ajcd')
  expect(initials('发短信')).toBe('fdx')
  expect(initials('回写 HIS')).toBe('hx his')
})
it.each([['播', 'say'], ['ajcd', 'menu'], ['sh', 'gather'], ['dx', 'send_sms'], ['hang', 'hang_up'], ['一段话', 'say'], ['MENU', 'menu']])('%s finds %s', (typed, wanted) =>
  expect(find(types, typed)[0]?.type).toBe(wanted))
it('offers everything before anything is typed, and nothing for nonsense', () => {
  expect(find(types, '').length).toBe(5)
  expect(find(types, 'qqq')).toEqual([])
})
