/** A trunk in a word, and what is sent of it. */
import { expect, it } from 'vitest'
import type { Trunk } from '../../api/lines'
import { fresh, listOf, loadOf, settingsOf, stateOf, written } from './trunk'

const trunk: Trunk = { ...fresh, name: 'telco', host: 'sip.example', has_password: true, in_use: 3, registered: null, reachable: 'yes', seen_at: null }

it('is ready, away, not logged in, off, or nobody knows', () => {
  const states = [trunk, { ...trunk, reachable: 'no' }, { ...trunk, register: true, registered: 'rejected' }, { ...trunk, enabled: false, reachable: 'no' }, { ...trunk, reachable: null }]
  expect(states.map(stateOf)).toEqual(['ready', 'away', 'unregistered', 'off', 'unknown'])
  expect([loadOf(trunk), loadOf({ ...trunk, at_once: 4 }), loadOf({ ...trunk, at_once: 2 })]).toEqual([null, 0.75, 1])
})

it('is sent without what only the server knows, and with a password only where one was written', () => {
  expect(written(settingsOf(trunk), '', false)).toEqual({ ...fresh, host: 'sip.example' })
  expect(written({ ...settingsOf(trunk), endpoint: 'own' }, 'x', true)).toMatchObject({ host: '', endpoint: 'own', password: 'x' })
  expect(listOf('139, 0\n+852.，1')).toEqual(['139', '0', '+852.', '1'])
})
