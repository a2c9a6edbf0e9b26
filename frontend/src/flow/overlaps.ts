/**
 * What two people have changed differently at the same time, as the merge bar shows it: the document has mine until it
 * is decided. Where a card stands is no such thing: whoever moved it last has moved it.
 */
import type { FlowDocument } from '../api/types'
import { remove } from './document'
import { same, valueIn, withValue, type Conflict, type Merged } from './merge'

export interface Overlap { place: string; path: string[]; mine: unknown; theirs: unknown }
/** `taken` fields were merged without a question. */
export interface Overlaps { list: Overlap[]; by: string | null; at: Date; taken: number }

/** The overlaps after one more merge: a place that is in question already keeps what was mine, and takes their newest. */
export function laidOver(before: Overlaps | null, merged: Merged, by: string | null, now: Date = new Date()): Overlaps | null {
  const fresh = merged.conflicts.filter(asks).map((one): Overlap => ({ place: one.path.join('.'), path: one.path, mine: one.mine, theirs: one.theirs }))
  if (fresh.length === 0) return before && { ...before, taken: before.taken + merged.taken }
  const known = (before?.list ?? []).filter((old) => !fresh.some((one) => one.place === old.place))
  const list = fresh.map((one) => ({ ...one, mine: before?.list.find((old) => old.place === one.place)?.mine ?? one.mine }))
  return { list: [...known, ...list], by, at: now, taken: (before?.taken ?? 0) + merged.taken }
}

/** Those that are still in question, each with what is mine now: where both are alike meanwhile nothing is asked. */
export function inQuestion(overlaps: Overlaps | null, document: FlowDocument): Overlap[] {
  return (overlaps?.list ?? []).flatMap((one) => {
    const present = valueIn(document, one.path)
    // What I have taken out is there again as long as they want it: a question although both are alike.
    if (one.mine === undefined) return present === undefined ? [] : [one]
    return same(present, one.theirs) ? [] : [{ ...one, mine: present }]
  })
}

/** The document with each overlap decided: theirs where `theirs` names its place, else mine. */
export function decided(overlaps: Overlaps, document: FlowDocument, theirs: ReadonlySet<string>): FlowDocument {
  return inQuestion(overlaps, document).reduce((next, one) => withChoice(next, one.path, theirs.has(one.place) ? one.theirs : one.mine), document)
}

/** What was chosen at a place; a node that is not wanted goes with every edge that leads to it. */
function withChoice(document: FlowDocument, path: string[], value: unknown): FlowDocument {
  const [top, id] = path
  if (top === 'nodes' && path.length === 2 && id && value === undefined) return remove(document, [id])
  return same(valueIn(document, path), value) ? document : withValue(document, path, value)
}

function asks({ path }: Conflict): boolean {
  return path.at(-1) !== 'at' || path.length !== 3
}
