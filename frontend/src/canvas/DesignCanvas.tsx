/** The drawing as it is edited: select, move, connect, add, drop. Everything here has a way without dragging too. */
import { useReactFlow, useStoreApi, type FitViewOptions, type OnEdgesChange, type OnNodesChange } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState, type DragEvent, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import type * as edit from '../flow/document'
import { useFlow } from '../flow/store'
import { DRAG_TYPE, useAdding } from '../palette/adding'
import { QuickAdd } from '../palette/QuickAdd'
import { CanvasActions, type Actions } from './actions'
import { CanvasFrame } from './CanvasFrame'
import type { AnyNode, LaneEdgeType } from './cards'
import { command } from './commanding'
import { CommandList } from './CommandList'
import { DesignTools } from './DesignTools'
import { KeyList } from './KeyList'
import { edgeKey, splitKey } from './live'
import { LooseEnds } from './LooseEnds'
import type { Box } from './routing'
import { useSplicing } from './splicing'
import { SubflowDialog } from './SubflowDialog'
import { Toast } from './Toast'
import { FIT } from './Tools'
import { useCanvasKeys } from './useCanvasKeys'
import { useCarrying } from './useCarrying'
import { useClipboard } from './useClipboard'
import { useCommands } from './useCommands'
import { useConnecting } from './useConnecting'
import { LARGE, useDrawing } from './useDrawing'
import { useLongPress } from './useLongPress'

interface Props {
  document: FlowDocument
  startWords: string
  onInspect: () => void
  /** Filled with the way to add a node where the selection is, for the palette beside the canvas. */
  adder: RefObject<(type: string) => void>
}

export function DesignCanvas({ document, startWords, onInspect, adder }: Props) {
  const { t } = useTranslation()
  const flow = useReactFlow<AnyNode, LaneEdgeType>()
  const store = useStoreApi()
  const { checked, issues, selected, edge, select, selectEdge, ask } = useFlow()
  const [fit] = useState(() => firstView(document))
  const element = useRef<HTMLDivElement>(null)
  const boxesNow = useRef(new Map<string, Box>())
  const clipboard = useClipboard({ element, boxes: boxesNow, flow })
  const { moving, look, carry, letGo, onDragStart, onDrag, onDragStop, overAt } = useCarrying(flow, clipboard)
  const drawing = useDrawing({ document, checked, issues, selected, edge: edge ? edgeKey(edge.source, edge.outlet) : null, moving, startWords })
  const { cards, all, boxes, paths } = drawing
  const adding = useAdding(cards, boxes)
  const gliding = useCommands({ element, cards, all, boxes, flow, clipboard, onInspect })
  const connecting = useConnecting(flow)
  useEffect(() => {
    boxesNow.current = boxes
    // What is carried is looked for among the lines as they were before it was taken up.
    look({ cards, all, boxes, paths })
  }, [look, cards, all, boxes, paths])

  const onNodesChange: OnNodesChange<AnyNode> = useCallback((changes) => {
    const moved: Record<string, edit.At> = {}
    let chosen: Set<string> | null = null
    for (const one of changes) {
      if (one.type === 'position' && one.position && one.dragging) moved[one.id] = [one.position.x, one.position.y]
      if (one.type === 'position' && one.dragging === false) letGo()
      if (one.type !== 'select') continue
      chosen ??= new Set(useFlow.getState().selected)
      if (one.selected) chosen.add(one.id)
      else chosen.delete(one.id)
    }
    if (chosen) select([...chosen])
    if (Object.keys(moved).length > 0) carry(moved)
  }, [select, carry, letGo])

  const onEdgesChange: OnEdgesChange<LaneEdgeType> = useCallback((changes) => {
    // A frame chooses cards: the edges between them are told as well, and choosing one would let go of the cards.
    const { userSelectionActive, userSelectionRect } = store.getState()
    if (userSelectionActive || userSelectionRect) return
    for (const one of changes) {
      if (one.type !== 'select') continue
      const [source, outlet] = splitKey(one.id)
      const now = useFlow.getState().edge
      if (one.selected) selectEdge({ source, outlet })
      else if (now && edgeKey(now.source, now.outlet) === one.id) selectEdge(null)
    }
  }, [selectEdge, store])

  const onDragOver = useCallback((event: DragEvent) => {
    if (!event.dataTransfer.types.includes(DRAG_TYPE)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    overAt({ x: event.clientX, y: event.clientY })
  }, [overAt])

  const onDrop = useCallback((event: DragEvent) => {
    const type = event.dataTransfer.getData(DRAG_TYPE)
    const over = useSplicing.getState().edge
    overAt(null)
    if (!type) return
    event.preventDefault()
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
    const [source, outlet] = over ? splitKey(over) : []
    focusCard(element.current, source && outlet ? adding.after(type, { source, outlet }) : adding.drop(type, [at.x, at.y]))
  }, [adding, flow, overAt])

  const actions = useMemo<Actions>(() => ({
    quickAdd: (node, outlet, at) => {
      const box = at.getBoundingClientRect()
      ask({ from: { source: node, outlet }, text: '', screen: { x: box.left + box.width / 2, y: box.bottom + 22 }, at: null })
    },
    fold: (group) => {
      select([`group:${group}`])
      command('fold')
    },
  }), [ask, select])

  useCanvasKeys({ element, cards, boxes, flow })
  useFocusSelects(element)
  useLongPress(element)
  useEffect(() => { adder.current = (type) => focusCard(element.current, adding.after(type, adding.origin())) }, [adder, adding])

  if (!drawing.ready) return <section className="canvas" aria-busy="true" />
  return (
    <CanvasActions value={actions}>
      <div ref={element} className={gliding ? 'gliding' : undefined} style={{ display: 'flex', flex: 1, minHeight: 0 }} onDragLeave={(event) => { if (!event.currentTarget.contains(event.relatedTarget as Node | null)) overAt(null) }}>
        <CanvasFrame
          label={t('editor.canvas')} nodes={drawing.nodes} edges={drawing.edges} connecting={connecting.on} carrying={moving !== null} fitView={fit !== null} fitViewOptions={fit ?? FIT}
          onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} {...connecting.props}
          onNodeDragStart={onDragStart} onNodeDrag={onDrag} onNodeDragStop={onDragStop}
          onSelectionDragStart={(event, nodes) => { const [first] = nodes; if (first) onDragStart(event as never, first, nodes) }} onSelectionDragStop={(event, nodes) => onDragStop(event, null, nodes)}
          onDragOver={onDragOver} onDrop={onDrop} onPaneClick={() => ask(null)} onMoveStart={(event) => { if (event) ask(null) }}
        >
          {cards.size === 0 && <Blank onAdd={() => ask({ from: null, text: '', screen: null, at: null })} />}
          <DesignTools />
          <QuickAdd area={element} cards={cards} adding={adding} />
          <LooseEnds document={document} />
          <Toast />
          <CommandList document={document} cards={cards} />
          <KeyList />
          <SubflowDialog document={document} cards={all} />
        </CanvasFrame>
      </div>
    </CanvasActions>
  )
}

/** A large flow opens where it starts, for all of it at once could not be read; any other is seen whole. */
function firstView(document: FlowDocument): FitViewOptions<AnyNode> | null {
  const ids = Object.keys(document.nodes)
  if (ids.length === 0) return null
  const start = document.start && document.start in document.nodes ? document.start : (ids[0] as string)
  return ids.length > LARGE ? { nodes: [{ id: start }], minZoom: 0.8, maxZoom: 0.8 } : FIT
}

/** Gives a card that was just added the focus, so that the next key is about it. */
function focusCard(area: HTMLElement | null, id: string | null) {
  requestAnimationFrame(() => area?.querySelector<HTMLElement>(`.react-flow__node[data-id="${id}"]`)?.focus({ preventScroll: true }))
}

/** Tabbing onto a card selects it, so that its keys and the inspector follow the focus. */
function useFocusSelects(element: RefObject<HTMLDivElement | null>) {
  const select = useFlow((state) => state.select)
  useEffect(() => {
    const focused = (event: FocusEvent) => {
      const target = event.target as HTMLElement
      const id = target.classList.contains('react-flow__node') && target.matches(':focus-visible') ? target.dataset['id'] : undefined
      if (id && !useFlow.getState().selected.includes(id)) select([id])
    }
    const area = element.current
    area?.addEventListener('focusin', focused)
    return () => area?.removeEventListener('focusin', focused)
  })
}

function Blank({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="blank">
      <span className="t14 b">{t('editor.blank')}</span>
      <span>{t('editor.blankHow')}</span>
      <button type="button" className="btn" onClick={onAdd}>{t('editor.addNode')}</button>
    </div>
  )
}
