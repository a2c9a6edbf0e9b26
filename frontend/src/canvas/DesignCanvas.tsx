/** The drawing as it is edited: select, move, connect, add, drop. Everything here has a way without dragging too. */
import { useReactFlow, type OnConnectEnd, type OnEdgesChange, type OnNodesChange } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState, type DragEvent, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import * as edit from '../flow/document'
import { noteIndex, useFlow } from '../flow/store'
import { DRAG_TYPE, useAdding } from '../palette/adding'
import { QuickAdd } from '../palette/QuickAdd'
import { CanvasActions, type Actions } from './actions'
import { CanvasFrame } from './CanvasFrame'
import type { CardNode, LaneEdgeType, NoteNode } from './cards'
import { edgeKey } from './live'
import { layoutNodes, useDrawing } from './useDrawing'
import { tidy } from './layout'
import { Toast } from './Toast'
import { FIT, Tool, Tools } from './Tools'
import { useCanvasKeys } from './useCanvasKeys'

type AnyNode = CardNode | NoteNode

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
  const { checked, issues, selected, edge, edit: change, select, selectEdge, ask, undo, redo, history } = useFlow()
  const [moving, setMoving] = useState<Record<string, edit.At>>({})
  const [fit] = useState(() => Object.keys(document.nodes).length > 0)
  const [connecting, setConnecting] = useState(false)
  const element = useRef<HTMLDivElement>(null)
  const edgeId = edge ? edgeKey(edge.source, edge.outlet) : null
  const drawing = useDrawing({ document, checked, issues, selected, edge: edgeId, moving, startWords })
  const { cards, boxes } = drawing
  const adding = useAdding(cards, boxes)

  const onNodesChange: OnNodesChange<AnyNode> = useCallback((changes) => {
    const moved: Record<string, edit.At> = {}
    let chosen: Set<string> | null = null
    for (const one of changes) {
      if (one.type === 'position' && one.position && one.dragging) moved[one.id] = [one.position.x, one.position.y]
      if (one.type !== 'select') continue
      chosen ??= new Set(useFlow.getState().selected)
      if (one.selected) chosen.add(one.id)
      else chosen.delete(one.id)
    }
    if (chosen) select([...chosen])
    if (Object.keys(moved).length > 0) setMoving((before) => ({ ...before, ...moved }))
  }, [select])

  const onEdgesChange: OnEdgesChange<LaneEdgeType> = useCallback((changes) => {
    for (const one of changes) {
      if (one.type !== 'select') continue
      const [source, outlet] = splitKey(one.id)
      const now = useFlow.getState().edge
      if (one.selected) selectEdge({ source, outlet })
      else if (now && edgeKey(now.source, now.outlet) === one.id) selectEdge(null)
    }
  }, [selectEdge])

  const onDragStop = useCallback((_: unknown, __: unknown, nodes: AnyNode[]) => {
    setMoving({})
    change((before) => nodes.reduce((next, node) => {
      const at: edit.At = [node.position.x, node.position.y]
      const index = noteIndex(node.id)
      return index === null ? edit.move(next, { [node.id]: at }) : edit.changeNote(next, index, { at })
    }, before))
  }, [change])

  const onConnectEnd: OnConnectEnd = useCallback((event, state) => {
    setConnecting(false)
    const source = state.fromNode?.id
    const outlet = state.fromHandle?.id
    if (!source || !outlet || state.toHandle) return
    const { clientX: x, clientY: y } = 'changedTouches' in event ? (event.changedTouches[0] ?? { clientX: 0, clientY: 0 }) : event
    const over = window.document.elementFromPoint(x, y)
    const target = over?.closest('.react-flow__node')?.getAttribute('data-id')
    if (target && noteIndex(target) === null) return change((before) => edit.connect(before, source, outlet, target))
    if (over?.closest('.react-flow__pane')) {
      const at = flow.screenToFlowPosition({ x, y })
      ask({ from: { source, outlet }, text: '', screen: { x, y }, at: [at.x, at.y] })
    }
  }, [ask, change, flow])

  const onDrop = useCallback((event: DragEvent) => {
    const type = event.dataTransfer.getData(DRAG_TYPE)
    if (!type) return
    event.preventDefault()
    const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
    focusCard(element.current, adding.drop(type, [at.x, at.y]))
  }, [adding, flow])

  const tidyUp = useCallback(async () => {
    const start = useFlow.getState().history?.present.start ?? null
    const places = await tidy(layoutNodes(cards), start)
    change((before) => edit.move(before, places))
    requestAnimationFrame(() => void flow.fitView(FIT))
  }, [cards, change, flow])

  const addNote = useCallback(() => {
    const area = element.current?.getBoundingClientRect()
    const at = flow.screenToFlowPosition({ x: (area?.left ?? 0) + (area?.width ?? 0) / 2 - 120, y: (area?.top ?? 0) + 60 })
    const count = useFlow.getState().history?.present.notes?.length ?? 0
    change((before) => edit.addNote(before, [at.x, at.y], ''))
    select([`note:${count}`])
    useFlow.getState().rename(`note:${count}`)
  }, [change, flow, select])

  const actions = useMemo<Actions>(() => ({
    quickAdd: (node, outlet, at) => {
      const box = at.getBoundingClientRect()
      ask({ from: { source: node, outlet }, text: '', screen: { x: box.left + box.width / 2, y: box.bottom + 22 }, at: null })
    },
  }), [ask])

  useCanvasKeys({ element, cards, boxes, flow, onInspect, addNote, tidyUp })
  useFocusSelects(element)
  useEffect(() => { adder.current = (type) => focusCard(element.current, adding.after(type, adding.origin())) }, [adder, adding])

  if (!drawing.ready) return <section className="canvas" aria-busy="true" />
  return (
    <CanvasActions value={actions}>
      <div ref={element} style={{ display: 'flex', flex: 1, minHeight: 0 }}>
        <CanvasFrame
          label={t('editor.canvas')} nodes={drawing.nodes} edges={drawing.edges} connecting={connecting} fitView={fit}
          onNodesChange={onNodesChange} onEdgesChange={onEdgesChange} onNodeDragStop={onDragStop} onSelectionDragStop={(event, nodes) => onDragStop(event, null, nodes)}
          onConnectStart={() => setConnecting(true)} onConnectEnd={onConnectEnd}
          onConnect={({ source, sourceHandle, target }) => { if (sourceHandle) change((before) => edit.connect(before, source, sourceHandle, target)) }}
          onDragOver={(event) => { if (event.dataTransfer.types.includes(DRAG_TYPE)) { event.preventDefault(); event.dataTransfer.dropEffect = 'copy' } }}
          onDrop={onDrop} onPaneClick={() => ask(null)} onMoveStart={(event) => { if (event) ask(null) }}
        >
          {cards.size === 0 && <Blank onAdd={() => ask({ from: null, text: '', screen: null, at: null })} />}
          <Tools>
            <Tool icon="undo" label={t('editor.undo')} keys="Control+Z" disabled={!history || history.past.length === 0} onClick={undo} />
            <Tool icon="redo" label={t('editor.redo')} keys="Control+Shift+Z" disabled={!history || history.future.length === 0} onClick={redo} />
            <span className="vr" style={{ margin: '0 3px' }} />
            <Tool icon="tidy" label={t('editor.tidy')} keys="Control+Shift+L" disabled={cards.size < 2} onClick={() => void tidyUp()} />
            <Tool icon="note" label={t('editor.addNote')} keys="N" onClick={addNote} />
            <span className="vr" style={{ margin: '0 3px' }} />
          </Tools>
          <QuickAdd area={element} cards={cards} adding={adding} />
          <Toast />
        </CanvasFrame>
      </div>
    </CanvasActions>
  )
}

/** Gives a card that was just added the focus, so that the next key is about it. */
function focusCard(area: HTMLElement | null, id: string | null) {
  requestAnimationFrame(() => area?.querySelector<HTMLElement>(`.react-flow__node[data-id="${id}"]`)?.focus({ preventScroll: true }))
}

function splitKey(key: string): [string, string] {
  const at = key.indexOf('>')
  return [key.slice(0, at), key.slice(at + 1)]
}

/** Tabbing onto a card selects it, so that its keys and the inspector follow the focus. */
function useFocusSelects(element: RefObject<HTMLDivElement | null>) {
  const select = useFlow((state) => state.select)
  useEffect(() => {
    const focused = (event: FocusEvent) => {
      const target = event.target as HTMLElement
      const id = target.classList.contains('react-flow__node') && target.matches(':focus-visible') ? target.dataset['id'] : undefined
      if (id) select([id])
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
