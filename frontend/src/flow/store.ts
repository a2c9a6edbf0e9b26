/** The flow that is open: its document with its history, what is selected, what is wrong with it, and whether it is saved. */
import { create } from 'zustand'
import { flows } from '../api/flows'
import type { Checked, FlowDocument } from '../api/types'
import { clashes, withIds } from './apart'
import { kept } from './backup'
import { Checking } from './checking'
import { issuesOf, type Issue } from './faults'
import * as past from './history'
import { merge } from './merge'
import { decided, laidOver, type Overlaps } from './overlaps'
import { Saving, type SaveState } from './saving'

export type EdgeId = { source: string; outlet: string }
export type Asking = { from: EdgeId | null; text: string; screen: { x: number; y: number } | null; at: [number, number] | null } | null
export interface Toast { text: string; undo: boolean; key: number }

interface FlowStore {
  id: string | null
  history: past.History | null
  published: number | null
  selected: string[]
  /** The node that was just added: what is still empty in it is no fault to point at before it is left. */
  fresh: string | null
  edge: EdgeId | null
  checked: Checked | null
  /** The document that `checked` speaks of. */
  issues: Issue[]
  save: SaveState
  /** What somebody else has changed differently, until it is decided. */
  overlaps: Overlaps | null
  asking: Asking
  renaming: string | null
  toast: Toast | null
  open: (id: string) => Promise<void>
  close: () => void
  edit: (change: (document: FlowDocument) => FlowDocument, field?: string) => void
  undo: () => void
  redo: () => void
  select: (ids: string[]) => void
  /** Select the node that was just added. */
  welcome: (id: string) => void
  selectEdge: (edge: EdgeId | null) => void
  ask: (asking: Asking) => void
  rename: (id: string | null) => void
  say: (text: string, undo?: boolean) => void
  hush: () => void
  setPublished: (version: number) => void
  /** Save all there is; gives the revision that is on the screen then. */
  flush: () => Promise<string | null>
  retrySave: () => void
  /** Decide what both have changed: where `theirs` names a place, theirs is taken; it can be undone. */
  settle: (theirs: ReadonlySet<string>) => void
  /** Somebody has saved a revision of this flow. */
  heard: (revision: number, name: string | null) => void
  recheck: () => void
}

let saving: Saving | null = null
let checking: Checking | null = null
let opened = 0
/** Who saved last, as the socket said. */
let lastHeard: string | null = null

const closedState = {
  id: null, history: null, published: null, selected: [], fresh: null, edge: null, checked: null, issues: [],
  save: { kind: 'saved', at: null } as SaveState, overlaps: null, asking: null, renaming: null, toast: null,
}

export const useFlow = create<FlowStore>((set, get) => {
  const present = () => get().history?.present ?? null

  function changed(history: past.History) {
    const { selected, edge } = get()
    const nodes = history.present.nodes
    const left = selected.filter((id) => id in nodes || noteExists(history.present, id) || groupExists(history.present, id))
    const edgeLeft = edge && nodes[edge.source]?.outlets?.[edge.outlet] ? edge : null
    set({ history, selected: left.length === selected.length ? selected : left, edge: edgeLeft })
    saving?.change(history.present)
    checking?.change(history.present)
  }

  /** Bring what somebody else has made of `base` together with what is on the screen. */
  function meet(base: FlowDocument, theirs: FlowDocument): FlowDocument {
    const { history, overlaps, selected } = get()
    if (!history) return theirs
    const renamed = clashes(base, history.present, theirs)
    const mine = Object.keys(renamed).length > 0 ? past.mapped(history, (document) => withIds(document, renamed)) : history
    const merged = merge(base, mine.present, theirs)
    set({
      history: past.absorb(mine, merged.document),
      selected: selected.map((id) => renamed[id] ?? id).filter((id) => id in merged.document.nodes || noteExists(merged.document, id)),
      overlaps: laidOver(overlaps, merged, lastHeard),
    })
    checking?.change(merged.document)
    return merged.document
  }

  async function start(id: string) {
    opened += 1
    const mine = opened
    saving?.close()
    checking?.close()
    const [draft, detail] = await Promise.all([flows.draft(id), flows.detail(id)])
    if (mine !== opened) return
    lastHeard = detail.saved_by ?? null
    const unsaved = kept(id)
    saving = new Saving(id, draft.etag, draft.data, { tell: (save) => set({ save }), meet })
    checking = new Checking((checked) => set({ checked, issues: issuesOf(checked) }))
    const updated = detail.updated_at ? new Date(detail.updated_at) : null
    set({ ...closedState, id, history: past.begin(draft.data), published: detail.published ?? null, save: { kind: 'saved', at: updated } })
    checking.change(draft.data, 0)
    if (!unsaved) return
    // What was not saved is an edit of what it was made from: merged into what has been saved since, and can be undone.
    const merged = merge(unsaved.base ?? draft.data, unsaved.document, draft.data)
    set({ overlaps: laidOver(null, merged, lastHeard) })
    const history = get().history
    if (history) changed(past.step(history, merged.document, Date.now()))
  }

  return {
    ...closedState,
    open: start,
    close: () => {
      opened += 1
      saving?.close()
      checking?.close()
      saving = checking = null
      set(closedState)
    },
    edit: (change, field) => {
      const { history } = get()
      if (!history) return
      const next = past.step(history, change(history.present), Date.now(), field ?? null)
      if (next === history) return
      // A toast that offers to undo speaks of what was done before this.
      if (get().toast?.undo) set({ toast: null })
      changed(next)
    },
    undo: () => {
      const { history } = get()
      if (!history || history.past.length === 0) return
      // What a toast offers to undo is no longer the last thing that was done.
      set({ toast: null })
      changed(past.undo(history))
    },
    redo: () => {
      const { history } = get()
      if (history && history.future.length > 0) changed(past.redo(history))
    },
    select: (ids) => {
      const { selected, fresh } = get()
      if (fresh !== null && !(ids.length === 1 && ids[0] === fresh)) set({ fresh: null })
      if (ids.length === selected.length && ids.every((id, at) => selected[at] === id)) return
      set({ selected: ids, ...(ids.length > 0 ? { edge: null } : {}) })
    },
    welcome: (id) => set({ selected: [id], fresh: id, edge: null }),
    selectEdge: (edge) => set({ edge, ...(edge ? { selected: [] } : {}) }),
    ask: (asking) => set({ asking }),
    rename: (renaming) => set({ renaming }),
    say: (text, undo = false) => set({ toast: { text, undo, key: Date.now() } }),
    hush: () => set({ toast: null }),
    setPublished: (published) => set({ published }),
    flush: async () => {
      await saving?.flush()
      return saving?.revision ?? null
    },
    retrySave: () => saving?.retry(),
    settle: (theirs) => {
      const { history, overlaps } = get()
      if (!history || !overlaps) return
      const next = decided(overlaps, history.present, theirs)
      set({ overlaps: null })
      changed(past.step(history, next, Date.now()))
    },
    heard: (revision, name) => {
      if (name) lastHeard = name
      saving?.heard(revision)
    },
    recheck: () => {
      const document = present()
      if (document) checking?.change(document, 0)
    },
  }
})

/** A note is selected as `note:3`, its place in the list. */
export const noteIndex = (id: string): number | null => (id.startsWith('note:') ? Number(id.slice(5)) : null)

function noteExists(document: FlowDocument, id: string): boolean {
  const index = noteIndex(id)
  return index !== null && index < (document.notes?.length ?? 0)
}

function groupExists(document: FlowDocument, id: string): boolean {
  return id.startsWith('group:') && document.groups?.[id.slice(6)] !== undefined
}

/** The document that is open, or null. */
export const useDocument = (): FlowDocument | null => useFlow((state) => state.history?.present ?? null)

if (globalThis.window) {
  window.addEventListener('pagehide', () => saving?.leave())
  window.addEventListener('online', () => saving?.retry())
}
