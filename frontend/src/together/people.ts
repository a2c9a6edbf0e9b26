/** Who else is in this drawing, as their pages say it: pure, so that its rules can be tested without a socket. */

export interface Place { cursor: [number, number] | null; node: string | null; field: string | null }
export interface Person extends Place { page: string; name: string; tint: Tint; n: number; seen: number; moved: number }
/** The colours that people may have; the accent and the voice's green are the drawing's own. */
export const TINTS = ['sms', 'fax', 'mail', 'time'] as const
export type Tint = (typeof TINTS)[number]
export type People = Readonly<Record<string, Person>>

export const SILENT = 25_000
export const NAME_FADES = 4_000

export interface Here extends Place { page: string; name: string; n: number }

/** Someone says where he is; news that was overtaken on its way is not taken. */
export function heard(people: People, here: Here, now: number): People {
  const before = people[here.page]
  if (before && here.n < before.n) return people
  const moved = before && samePoint(before.cursor, here.cursor) ? before.moved : now
  return { ...people, [here.page]: { ...here, tint: before?.tint ?? freeTint(people), seen: now, moved } }
}

export function gone(people: People, page: string): People {
  return page in people ? Object.fromEntries(Object.entries(people).filter(([one]) => one !== page)) : people
}

/** Those who have not been heard for a while have gone without a word. */
export function present(people: People, now: number): People {
  const left = Object.entries(people).filter(([, person]) => now - person.seen < SILENT)
  return left.length === Object.keys(people).length ? people : Object.fromEntries(left)
}

/** Who holds each node, and each of its fields, by `node` and `node.field`; the one who came first where two do. */
export function holders(people: People): Map<string, Person> {
  const held = new Map<string, Person>()
  for (const person of Object.values(people)) {
    for (const place of [person.node, person.node && person.field && `${person.node}.${person.field}`]) {
      if (place && !held.has(place)) held.set(place, person)
    }
  }
  return held
}

/** 运营 02 is 02, 王小明 is 小明, Ada Lovelace is AL, ada is AD. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean)
  const last = words.at(-1) ?? '?'
  if (words.length > 1 && words.every((word) => /^[A-Za-z]/.test(word))) return `${words[0]?.[0] ?? ''}${last[0] ?? ''}`.toUpperCase()
  if (/^[A-Za-z]/.test(last)) return last.slice(0, 2).toUpperCase()
  return [...last].slice(-2).join('')
}

/**
 * The field that somebody holds who has the focus at a form's place. A list is one field, since the order of its
 * entries has a meaning: who edits one of them holds the list.
 */
export function heldField(place: string | null): string | null {
  if (place === null) return null
  const parts = place.split('.')
  const row = parts.findIndex((part) => /^\d+$/.test(part))
  return (row < 0 ? parts : parts.slice(0, row)).join('.')
}

function freeTint(people: People): Tint {
  const count = (tint: Tint) => Object.values(people).filter((person) => person.tint === tint).length
  return [...TINTS].sort((a, b) => count(a) - count(b) || TINTS.indexOf(a) - TINTS.indexOf(b))[0] ?? 'sms'
}

function samePoint(a: [number, number] | null, b: [number, number] | null): boolean {
  return a === b || (a !== null && b !== null && a[0] === b[0] && a[1] === b[1])
}
