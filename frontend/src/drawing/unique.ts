/** Names that nobody else has: "Menu", then "Menu 2". */
import type { FlowDocument } from '../api/types'

const NUMBERED = /^(.*\S)\s+(\d{1,4})$/s
const LONGEST = 200

export function uniqueName(taken: ReadonlySet<string>, name: string): string {
  if (!taken.has(name)) return name
  const [, stem = name, number] = NUMBERED.exec(name) ?? []
  for (let next = number ? Number(number) + 1 : 2; ; next += 1) {
    const tail = ` ${next}`
    const wanted = stem.slice(0, LONGEST - tail.length) + tail
    if (!taken.has(wanted)) return wanted
  }
}

export function namesTaken(document: FlowDocument): Set<string> {
  return new Set(Object.values(document.nodes).flatMap((node) => node.name ?? []))
}

/** An id like `wanted` that is not taken: `ask`, then `ask_2`, `ask_3`. */
export function uniqueId(taken: { has: (id: string) => boolean }, wanted: string): string {
  if (!taken.has(wanted)) return wanted
  const stem = wanted.replace(/_\d{1,4}$/, '').slice(0, 58)
  for (let next = 2; ; next += 1) if (!taken.has(`${stem}_${next}`)) return `${stem}_${next}`
}
