/** What waits for a person, from three places into one list: tasks, messages that fit nowhere, what could not be sent. */
import { type Message, peerOf, timeOf } from '../../api/messages'
import type { Letter, Task } from '../../api/tasks'

export interface Item { key: string; kind: 'task' | 'message' | 'letter'; icon: string; medium: string; title: string; about: string; at: string; to: string }

const looks: Record<string, [icon: string, medium: string]> = { sms: ['sms', 'sms'], mail: ['mail', 'mail'], fax: ['fax', 'fax'], telephone: ['call', 'voice'], http: ['http', 'data'], source: ['lookup', 'data'] }

export function lookOf(gateway: string): [icon: string, medium: string] {
  return looks[gateway.split('-')[0] ?? ''] ?? ['send', 'logic']
}

export function itemsOf(tasks: readonly Task[], inbox: readonly Message[], failed: readonly Letter[]): Item[] {
  const items: Item[] = [
    ...tasks.map((one): Item => ({ key: `t${one.id}`, kind: 'task', icon: 'task', medium: 'data', title: one.title, about: [one.contact.name ?? one.contact.phone, one.role].filter(Boolean).join(' · '), at: one.created_at, to: `/tasks/${one.id}` })),
    ...inbox.map((one): Item => ({ key: `m${one.id}`, kind: 'message', icon: one.medium, medium: one.medium, title: one.subject ?? one.text, about: peerOf(one), at: timeOf(one), to: `/messages?with=${encodeURIComponent(peerOf(one))}` })),
    ...failed.map((one): Item => {
      const [icon, medium] = lookOf(one.gateway)
      return { key: `l${one.id}`, kind: 'letter', icon, medium, title: one.command?.to ?? one.command?.url ?? one.gateway, about: one.reason ?? one.state, at: one.updated_at, to: '/messages?show=failed' }
    }),
  ]
  return items.sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
}
