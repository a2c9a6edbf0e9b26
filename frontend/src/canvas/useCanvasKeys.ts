/** The keys of the canvas: single keys only while no field has the focus and no input method is composing. */
import type { ReactFlowInstance } from '@xyflow/react'
import { useEffect, useRef, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import * as edit from '../flow/document'
import { defaultOutlet } from '../flow/outlets'
import { noteIndex, useFlow } from '../flow/store'
import type { CardData, CardNode, LaneEdgeType, NoteNode } from './cards'
import { neighbour, type Arrow } from './neighbours'
import type { Box } from './routing'
import { FIT } from './Tools'

interface Context {
  element: RefObject<HTMLDivElement | null>
  cards: Map<string, CardData>
  boxes: Map<string, Box>
  flow: ReactFlowInstance<CardNode | NoteNode, LaneEdgeType>
  onInspect: () => void
  addNote: () => void
  tidyUp: () => Promise<void>
}

/** What lies over the canvas and takes the keys for itself. */
const OVERLAYS = '.ant-modal-wrap:not([style*="none"]), .ant-dropdown:not(.ant-dropdown-hidden), .ant-select-dropdown:not(.ant-select-dropdown-hidden)'
const ARROWS: Record<string, Arrow> = { ArrowDown: 'down', ArrowUp: 'up', ArrowLeft: 'left', ArrowRight: 'right' }

function inField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.closest('input,textarea,select,[role=combobox],[role=listbox],[role=menu],[role=dialog],[role=tablist],.ant-select-dropdown') !== null
}

export function useCanvasKeys(context: Context): void {
  const { t } = useTranslation()
  const latest = useRef({ context, t })
  useEffect(() => { latest.current = { context, t } })
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || inField(event.target) || document.querySelector(OVERLAYS)) return
      const onCanvas = event.target === document.body || latest.current.context.element.current?.contains(event.target as Node) === true
      if (handle(event, latest.current.context, latest.current.t, onCanvas)) event.preventDefault()
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [])
}

/** Does what a key asks for; true when it was ours. */
function handle(event: KeyboardEvent, context: Context, t: (key: string, values?: Record<string, unknown>) => string, onCanvas: boolean): boolean {
  const state = useFlow.getState()
  const document = state.history?.present
  if (!document) return false
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const [first] = state.selected
  if (event.ctrlKey || event.metaKey) {
    if (key === 'z' && event.shiftKey) state.redo()
    else if (key === 'z') state.undo()
    else if (key === 'y') state.redo()
    else if (key === 'a') state.select(Object.keys(document.nodes))
    else if (key === 'l' && event.shiftKey) void context.tidyUp()
    else return false
    return true
  }
  if (event.altKey && key in ARROWS && state.selected.length > 0) return nudge(key, context)
  if (event.altKey) return false
  if (key === 'Delete' || key === 'Backspace') return deleteSelected(t)
  if (key === 'Escape') {
    state.ask(null)
    state.select([])
    state.selectEdge(null)
    return true
  }
  if (key === 'F2' && first) {
    state.rename(first)
    return true
  }
  if (!onCanvas && key !== '/') return false
  const onButton = (event.target as HTMLElement).closest('button,a') !== null
  const arrow = ARROWS[key]
  if (arrow && !onButton) {
    const next = neighbour(context.cards, context.boxes, state.selected.at(-1) ?? null, arrow, document.start ?? null)
    if (next) go(next, context)
    return true
  }
  if (key === 'Enter' && !onButton && first) {
    if (noteIndex(first) !== null) state.rename(first)
    else context.onInspect()
    return true
  }
  if (key === 'f' && !event.shiftKey) void context.flow.fitView(FIT)
  else if (key === '1') void context.flow.zoomTo(1, { duration: 200 })
  else if (key === 'n' && !event.shiftKey) context.addNote()
  else if (key === '/' || /^\p{L}$/u.test(event.key)) openQuickAdd(key === '/' ? '' : event.key, context)
  else return false
  return true
}

function nudge(key: string, { boxes }: Context): boolean {
  const [dx, dy] = { ArrowDown: [0, 10], ArrowUp: [0, -10], ArrowLeft: [-10, 0], ArrowRight: [10, 0] }[key] as [number, number]
  const { selected, edit: change } = useFlow.getState()
  change((document) => selected.reduce((next, id) => {
    const index = noteIndex(id)
    const box = boxes.get(id)
    const note = index === null ? undefined : document.notes?.[index]
    if (note && index !== null) return edit.changeNote(next, index, { at: [note.at[0] + dx, note.at[1] + dy] })
    return box ? edit.move(next, { [id]: [box.x + dx, box.y + dy] }) : next
  }, document), `nudge:${selected.join()}`)
  return true
}

/** Takes away what is selected: nodes, notes, or one edge. */
export function deleteSelected(t: (key: string, values?: Record<string, unknown>) => string): boolean {
  const { selected, edge, edit: change, say } = useFlow.getState()
  if (edge) {
    change((document) => edit.disconnect(document, edge.source, edge.outlet))
    say(t('editor.disconnected'), true)
    return true
  }
  if (selected.length === 0) return false
  const notes = selected.map(noteIndex).filter((index): index is number => index !== null)
  const nodes = selected.filter((id) => noteIndex(id) === null)
  change((document) => edit.removeNotes(edit.remove(document, nodes), notes))
  say(nodes.length > 0 ? t('editor.deletedNodes', { count: nodes.length }) : t('editor.deletedNote'), true)
  return true
}

/** Select a card, give it the focus, and bring it into view. */
export function go(id: string, { boxes, flow, element }: Pick<Context, 'boxes' | 'flow' | 'element'>): void {
  useFlow.getState().select([id])
  const box = boxes.get(id)
  const area = element.current?.getBoundingClientRect()
  if (box && area) {
    const corner = flow.flowToScreenPosition({ x: box.x, y: box.y })
    const end = flow.flowToScreenPosition({ x: box.x + box.width, y: box.y + box.height })
    const outside = corner.x < area.left + 16 || end.x > area.right - 16 || corner.y < area.top + 16 || end.y > area.bottom - 60
    if (outside) void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom: flow.getZoom(), duration: 200 })
  }
  element.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${id}"]`)?.focus({ preventScroll: true })
}

function openQuickAdd(text: string, { cards, boxes, flow }: Context): void {
  const { selected, ask, history } = useFlow.getState()
  const id = selected.length === 1 ? selected[0] : undefined
  const node = id ? history?.present.nodes[id] : undefined
  const box = id ? boxes.get(id) : undefined
  const outlet = id && node ? defaultOutlet(node, cards.get(id)?.outlets ?? []) : null
  if (!id || !box || !outlet) return ask({ from: null, text, screen: null, at: null })
  ask({ from: { source: id, outlet }, text, screen: flow.flowToScreenPosition({ x: box.x + box.width / 2, y: box.y + box.height + 20 }), at: null })
}
