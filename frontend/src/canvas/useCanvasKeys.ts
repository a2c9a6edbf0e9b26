/** The keys of the canvas: single keys only while no field has the focus and no input method is composing. */
import type { ReactFlowInstance } from '@xyflow/react'
import { useEffect, useRef, type RefObject } from 'react'
import * as edit from '../flow/document'
import { noteIndex, useFlow } from '../flow/store'
import type { AnyNode, CardData, LaneEdgeType } from './cards'
import { command } from './commanding'
import { commandOf, type CommandId } from './commands'
import { inField, OVERLAYS } from './keys'
import { inSight } from './landing'
import { neighbour, type Arrow } from './neighbours'
import { sizeOf, within } from './noteSize'
import { openQuickAdd } from './quick'
import type { Box } from './routing'
import { movedWithGroups } from './useCarrying'

interface Context {
  element: RefObject<HTMLDivElement | null>
  cards: Map<string, CardData>
  boxes: Map<string, Box>
  flow: ReactFlowInstance<AnyNode, LaneEdgeType>
}

const ARROWS: Record<string, Arrow> = { ArrowDown: 'down', ArrowUp: 'up', ArrowLeft: 'left', ArrowRight: 'right' }
/** The browser's own events do these, see `useClipboard`. */
const BY_EVENT = new Set(['copy', 'cut', 'paste'])
/** Also where a button has the focus: they have no meaning there. */
const OFF_CANVAS = new Set(['add', 'keys', 'delete', 'deleteWhole', 'rename', 'try'])

export function useCanvasKeys(context: Context): void {
  const latest = useRef(context)
  useEffect(() => { latest.current = context })
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector(OVERLAYS)) return
      const known = commandOf(event)
      if (known?.anywhere && command(known.id as CommandId)) return event.preventDefault()
      if (inField(event.target)) return
      const onCanvas = event.target === document.body || latest.current.element.current?.contains(event.target as Node) === true
      if (handle(event, latest.current, onCanvas)) event.preventDefault()
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [])
}

/** Does what a key asks for; true when it was ours. */
function handle(event: KeyboardEvent, context: Context, onCanvas: boolean): boolean {
  const state = useFlow.getState()
  const document = state.history?.present
  if (!document) return false
  const onButton = (event.target as HTMLElement).closest('button,a') !== null
  const known = commandOf(event)
  if (known && BY_EVENT.has(known.id)) return false
  if (known && (event.ctrlKey || event.metaKey || event.altKey)) {
    command(known.id as CommandId)
    return true // even where there is nothing to do: the browser's own meaning of the key would surprise
  }
  if (event.altKey && event.key in ARROWS && state.selected.length > 0) return event.shiftKey ? resize(event.key, context) : nudge(event.key, context)
  if (event.altKey || event.ctrlKey || event.metaKey) return false
  if (event.key === 'Escape') {
    state.ask(null)
    state.select([])
    state.selectEdge(null)
    return true
  }
  if (known && OFF_CANVAS.has(known.id)) return command(known.id as CommandId)
  if (!onCanvas) return false
  const arrow = ARROWS[event.key]
  if (arrow && !onButton) {
    const next = neighbour(context.cards, context.boxes, state.selected.at(-1) ?? null, arrow, document.start ?? null)
    if (next) go(next, context)
    return true
  }
  if (known && !(onButton && known.id === 'inspect')) return command(known.id as CommandId)
  if (!/^\p{L}$/u.test(event.key)) return false
  openQuickAdd(event.key, context)
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
    return box ? movedWithGroups(next, { [id]: [box.x + dx, box.y + dy] }, boxes) : next
  }, document), `nudge:${selected.join()}`)
  return true
}

/** Makes the selected notes wider, narrower, higher or lower. */
function resize(key: string, { element }: Context): boolean {
  const [dx, dy] = { ArrowDown: [0, 20], ArrowUp: [0, -20], ArrowLeft: [-20, 0], ArrowRight: [20, 0] }[key] as [number, number]
  const { selected, edit: change } = useFlow.getState()
  change((document) => selected.reduce((next, id) => {
    const index = noteIndex(id)
    const shown = element.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${id}"] .note`)
    if (index === null || !shown) return next
    const [width, height] = sizeOf(document.notes?.[index]) ?? [shown.offsetWidth, shown.offsetHeight]
    return edit.changeNote(next, index, { size: within([width + dx, height + dy]) })
  }, document), `resize:${selected.join()}`)
  return true
}

/** Select a card, give it the focus, and bring it into view. */
export function go(id: string, { boxes, flow, element }: Pick<Context, 'boxes' | 'flow' | 'element'>): void {
  useFlow.getState().select([id])
  const box = boxes.get(id)
  const area = element.current?.getBoundingClientRect()
  if (box && area) {
    const view = inSight(area, flow)
    const outside = box.x < view.x || box.x + box.width > view.x + view.width || box.y < view.y || box.y + box.height > view.y + view.height
    if (outside) void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom: flow.getZoom(), duration: 200 })
  }
  element.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${id}"]`)?.focus({ preventScroll: true })
}
