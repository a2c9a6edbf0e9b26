/** The drawing of a document: its cards, their boxes and the lines between them, recomputed only where something moved. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Checked, FlowDocument } from '../api/types'
import type { At } from '../flow/document'
import { byNode, type Issue } from '../flow/faults'
import { useNodeTypes } from '../flow/nodeTypes'
import { boxesOf, CardMaker, EdgeMaker, placeOf, wiresOf, type CardData, type CardNode, type LaneEdgeType, type NoteNode } from './cards'
import { tidy } from './layout'
import { route, type Box, type Point } from './routing'

export interface Drawing { nodes: (CardNode | NoteNode)[]; edges: LaneEdgeType[]; cards: Map<string, CardData>; boxes: Map<string, Box>; ready: boolean }
interface Options { document: FlowDocument; checked: Checked | null; issues: Issue[]; selected: string[]; edge: string | null; moving: Record<string, At>; startWords: string }

/** Above this many nodes a drag re-routes only the edges that hang on what is dragged. */
const LARGE = 150
const NONE: Record<string, At> = {}

export function useDrawing({ document, checked, issues, selected, edge, moving, startWords }: Options): Drawing {
  const { t } = useTranslation()
  const types = useNodeTypes((state) => state.byType)
  const [cardMaker] = useState(() => new CardMaker())
  const [edgeMaker] = useState(() => new EdgeMaker())
  const router = useRef<{ signature: string; paths: Map<string, Point[]> }>({ signature: '', paths: new Map() })
  const keptNodes = useRef(new Map<string, CardNode | NoteNode>())
  const nodeIssues = useMemo(() => byNode(issues), [issues])

  const cards = useMemo(() => cardMaker.make({
    document, checked, types, issues: nodeIssues, startWords,
    missingWords: (type) => t('editor.typeMissing', { type }), say: t,
  }), [cardMaker, document, checked, types, nodeIssues, startWords, t])

  const laidOut = useUnplaced(document, cards)
  const places = useMemo(() => ({ ...laidOut.places, ...moving }), [laidOut, moving])
  const boxes = useMemo(() => boxesOf(cards, document, places), [cards, document, places])

  const paths = useMemo(() => {
    const wires = wiresOf(cards, boxes)
    const dragged = Object.keys(moving)
    if (dragged.length > 0 && cards.size > LARGE) {
      const held = new Set(dragged)
      return new Map([...router.current.paths, ...route(boxes, wires.filter((wire) => held.has(wire.source) || held.has(wire.target)))])
    }
    const signature = JSON.stringify([wires, [...boxes.values()].map((box) => [box.x, box.y, box.width])])
    if (signature !== router.current.signature) router.current = { signature, paths: route(boxes, wires) }
    return router.current.paths
  }, [cards, boxes, moving])

  const chosen = useMemo(() => new Set(selected), [selected])
  const edgeName = useCallback((from: string, to: string) => t('editor.edgeName', { from, to }), [t])
  const edges = useMemo(() => edgeMaker.make(cards, paths, chosen, edge, edgeName), [edgeMaker, cards, paths, chosen, edge, edgeName])

  const nodes = useMemo(() => {
    const next = new Map<string, CardNode | NoteNode>()
    for (const [id, data] of cards) {
      const [x, y] = placeOf(id, document.nodes[id], places)
      const before = keptNodes.current.get(id)
      const isChosen = chosen.has(id)
      if (before && before.data === data && before.position.x === x && before.position.y === y && before.selected === isChosen) next.set(id, before)
      else {
        const size = { width: data.box.width, height: data.box.height }
        next.set(id, { id, type: 'card', data, position: { x, y }, selected: isChosen, ...size, measured: size, ariaLabel: readerName(data, t) })
      }
    }
    ;(document.notes ?? []).forEach((note, index) => {
      const id = `note:${index}`
      const [x, y] = moving[id] ?? note.at
      const before = keptNodes.current.get(id)
      const isChosen = chosen.has(id)
      if (before?.type === 'note' && before.data.text === note.text && before.position.x === x && before.position.y === y && before.selected === isChosen) next.set(id, before)
      else next.set(id, { id, type: 'note', data: { text: note.text, index }, position: { x, y }, selected: isChosen, measured: { width: 240, height: 60 }, ariaLabel: `${t('editor.note')}: ${note.text}` })
    })
    keptNodes.current = next
    return [...next.values()]
  }, [cards, document, places, moving, chosen, t])

  return { nodes, edges, cards, boxes, ready: laidOut.ready }
}

/** "按键菜单 明天能来吗?,6 个去向,1 个提醒" */
function readerName(data: CardData, t: (key: string, values?: Record<string, unknown>) => string): string {
  const parts = [`${data.typeLabel} ${data.name}`, t('editor.outletCount', { count: data.outlets.length })]
  if (data.errors > 0) parts.push(t('editor.errorCount', { count: data.errors }))
  if (data.warnings > 0) parts.push(t('editor.warningCount', { count: data.warnings }))
  return parts.join(t('editor.comma'))
}

/** A document from elsewhere may not say where its nodes stand: then all of it is laid out, without counting as an edit. */
function useUnplaced(document: FlowDocument, cards: Map<string, CardData>): { places: Record<string, At>; ready: boolean } {
  const [laid, setLaid] = useState<{ places: Record<string, At>; of: string } | null>(null)
  const unplaced = Object.entries(document.nodes).filter(([, node]) => !Array.isArray(node.at)).map(([id]) => id)
  const key = unplaced.join(' ')
  useEffect(() => {
    if (key === '') return
    let gone = false
    void tidy(layoutNodes(cards), document.start ?? null).then((places) => {
      if (!gone) setLaid({ places, of: key })
    })
    return () => { gone = true }
    // Laid out once for each set of nodes without a place; a change elsewhere must not move them.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key])
  return useMemo(() => {
    if (key === '') return { places: NONE, ready: true }
    const all = laid?.places ?? {}
    return { places: Object.fromEntries(Object.entries(all).filter(([id]) => !Array.isArray(document.nodes[id]?.at))), ready: laid?.of === key }
  }, [key, laid, document])
}

export function layoutNodes(cards: Map<string, CardData>) {
  return [...cards].map(([id, data]) => ({
    id, width: data.box.width, height: data.box.height,
    children: data.outlets.map((outlet) => outlet.target).filter((target): target is string => target !== null),
  }))
}
