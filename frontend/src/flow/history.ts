/** Undo and redo without a limit: a list of documents. Typing in one field within a second is one step. */
import type { FlowDocument } from '../api/types'

export interface History { past: FlowDocument[]; present: FlowDocument; future: FlowDocument[]; field: string | null; at: number }

const TOGETHER = 1000

export function begin(document: FlowDocument): History {
  return { past: [], present: document, future: [], field: null, at: 0 }
}

/** Step to a new document. `field` names what is being typed in, so that its keystrokes are undone together. */
export function step(history: History, next: FlowDocument, now: number, field: string | null = null): History {
  if (next === history.present) return history
  const joins = field !== null && field === history.field && now - history.at < TOGETHER && history.past.length > 0
  return { past: joins ? history.past : [...history.past, history.present], present: next, future: [], field, at: now }
}

export function undo(history: History): History {
  const previous = history.past.at(-1)
  if (!previous) return history
  return { past: history.past.slice(0, -1), present: previous, future: [history.present, ...history.future], field: null, at: 0 }
}

export function redo(history: History): History {
  const [next, ...rest] = history.future
  if (!next) return history
  return { past: [...history.past, history.present], present: next, future: rest, field: null, at: 0 }
}
