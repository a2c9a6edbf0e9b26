/** What the search of the frame finds: pages, flows, campaigns and people, the best first; last, sessions by what was typed. */
import type { ContactRow, Sought } from '../../api/contacts'
import type { FlowRow } from '../../api/types'
import type { IconName } from '../../icons/paths'
import { score } from '../../palette/match'
import { soughtBy } from '../contacts/sought'

export interface Found { to: string; icon: IconName; label: string; about: string }
/** What there is to be found, as far as somebody may see it. */
export interface Findable {
  pages: readonly { path: string; icon: IconName; name: string }[]
  flows: readonly Pick<FlowRow, 'id' | 'name' | 'description' | 'triggers'>[]
  campaigns: readonly { id: string; name: string }[]
  /** Already those who fit: the server looks for people. */
  people: readonly ContactRow[]
  /** Whether sessions may be looked for. */
  sessions: boolean
}
export interface Words { page: string; flow: string; campaign: string; person: string; sessions: (typed: string) => string }

const MOST = 8

/** How the server is asked for people; not before there are two letters. */
export const soughtOf = (typed: string): Sought | null => (typed.trim().length < 2 ? null : soughtBy(typed))

/** The name that a person's fields give, else the key. */
export function nameOf(person: ContactRow): string {
  const name = person.fields['name']
  return typeof name === 'string' && name !== '' ? name : person.key
}

export function found(typed: string, among: Findable, words: Words): Found[] {
  const text = typed.trim()
  const best = <T>(rows: readonly T[], texts: (row: T) => { name: string; type?: string; description?: string }, write: (row: T) => Found) =>
    rows.map((row) => ({ row, value: score(text, texts(row)) })).filter(({ value }) => value > 0)
      .sort((a, b) => b.value - a.value).slice(0, MOST).map(({ row }) => write(row))
  const pages = best(among.pages, (one) => ({ name: one.name, type: one.path.slice(1) }), (one) => ({ to: one.path, icon: one.icon, label: one.name, about: words.page }))
  if (text === '') return pages
  const numbers = (one: Findable['flows'][number]) => (one.triggers ?? []).map((trigger) => trigger.number ?? '').join(' ')
  return [
    ...pages.slice(0, 3),
    ...best(among.flows, (one) => ({ name: one.name, type: numbers(one), description: one.description }), (one) => ({ to: `/flows/${one.id}`, icon: 'flow', label: one.name, about: words.flow })),
    ...best(among.campaigns, (one) => ({ name: one.name }), (one) => ({ to: `/campaigns/${one.id}`, icon: 'horn', label: one.name, about: words.campaign })),
    ...among.people.slice(0, MOST).map((one): Found => ({ to: `/contacts/${one.id}`, icon: 'people', label: nameOf(one), about: words.person })),
    ...(among.sessions ? [{ to: `/sessions?search=${encodeURIComponent(text)}`, icon: 'pulse' as const, label: words.sessions(text), about: '' }] : []),
  ]
}
