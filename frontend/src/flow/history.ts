/**
 * Undo and redo without a limit. Typing in one field within a second is one step.
 *
 * A step is what was there before and after it. What somebody else has changed since then is no part of my steps: to
 * undo one is to merge its way back into what is there now, and it takes away nobody's work.
 */
import type { FlowDocument } from '../api/types'
import { merge } from './merge'

export interface Step { before: FlowDocument; after: FlowDocument }
export interface History { past: Step[]; present: FlowDocument; future: Step[]; field: string | null; at: number }

const TOGETHER = 1000

export function begin(document: FlowDocument): History {
  return { past: [], present: document, future: [], field: null, at: 0 }
}

/** Step to a new document. `field` names what is being typed in, so that its keystrokes are undone together. */
export function step(history: History, next: FlowDocument, now: number, field: string | null = null): History {
  if (next === history.present) return history
  const last = history.past.at(-1)
  const joins = field !== null && field === history.field && now - history.at < TOGETHER && last !== undefined
  const past = joins ? [...history.past.slice(0, -1), { before: last.before, after: next }] : [...history.past, { before: history.present, after: next }]
  return { past, present: next, future: [], field, at: now }
}

export function undo(history: History): History {
  const last = history.past.at(-1)
  if (!last) return history
  const present = carried(history.present, last.after, last.before)
  return { past: history.past.slice(0, -1), present, future: [last, ...history.future], field: null, at: 0 }
}

export function redo(history: History): History {
  const [next, ...rest] = history.future
  if (!next) return history
  return { past: [...history.past, next], present: carried(history.present, next.before, next.after), future: rest, field: null, at: 0 }
}

/** What somebody else did has come: it is no step, and the next key begins one. */
export function absorb(history: History, present: FlowDocument): History {
  return present === history.present ? history : { ...history, present, field: null, at: 0 }
}

/** The same history with every document put through `change`. */
export function mapped(history: History, change: (document: FlowDocument) => FlowDocument): History {
  const one = ({ before, after }: Step): Step => ({ before: change(before), after: change(after) })
  return { ...history, past: history.past.map(one), present: change(history.present), future: history.future.map(one) }
}

function carried(present: FlowDocument, from: FlowDocument, to: FlowDocument): FlowDocument {
  return present === from ? to : merge(from, present, to).document
}
