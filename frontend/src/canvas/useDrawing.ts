/** The drawing of a document: its cards, their boxes and the lines between them, recomputed only where something moved. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Checked, FlowDocument } from '../api/types'
import { groupKey, groupOfKey } from '../drawing/groups'
import type { At } from '../flow/document'
import { byNode, type Issue } from '../flow/faults'
import { useNodeTypes } from '../flow/nodeTypes'
import { boxesOf, CardMaker, EdgeMaker, wiresOf, type AnyNode, type CardData, type LaneEdgeType } from './cards'
import { carriedBoxes, useCarried } from './carried'
import { Folder, framesOf, handlesOf } from './folding'
import { tidy } from './layout'
import { NOTE_HEIGHT, NOTE_WIDTH, sizeOf } from './noteSize'
import { route, type Box, type Point } from './routing'

/** `cards` are those that are drawn, folded groups among them; `all` has the members of folded groups as well. */
export interface Drawing { nodes: AnyNode[]; edges: LaneEdgeType[]; cards: Map<string, CardData>; all: Map<string, CardData>; boxes: Map<string, Box>; paths: Map<string, Point[]>; ready: boolean }
interface Options {
  document: FlowDocument; checked: Checked | null; issues: Issue[]; selected: string[]; edge: string | null; startWords: string
  /** Where what is carried is now, as far as React Flow is to know it; null while nothing is carried. */
  moving: Record<string, At> | null
  /** Folded groups are shown open: where it is watched what happens inside of them. */
  open?: boolean
}

/** Above this many nodes a drag re-routes only the edges that hang on what is dragged. */
export const LARGE = 150
const NONE: Record<string, At> = {}

export function useDrawing({ document, checked, issues, selected, edge, moving: carried, startWords, open = false }: Options): Drawing {
  const { t } = useTranslation()
  const moving = carried ?? NONE
  const types = useNodeTypes((state) => state.byType)
  const [cardMaker] = useState(() => new CardMaker())
  const [edgeMaker] = useState(() => new EdgeMaker())
  const router = useRef<{ signature: string; paths: Map<string, Point[]> }>({ signature: '', paths: new Map() })
  const [folder] = useState(() => new Folder())
  const keptNodes = useRef(new Map<string, AnyNode>())
  const nodeIssues = useMemo(() => byNode(issues), [issues])

  const all = useMemo(() => cardMaker.make({
    document, checked, types, issues: nodeIssues, startWords,
    missingWords: (type) => t('editor.typeMissing', { type }), say: t,
  }), [cardMaker, document, checked, types, nodeIssues, startWords, t])

  const laidOut = useUnplaced(document, all)
  const { cards, corners } = useMemo(() => folder.make(all, document, laidOut.places, t, open), [folder, all, document, laidOut, t, open])
  const places = useMemo(() => ({ ...laidOut.places, ...corners }), [laidOut, corners])
  const standing = useMemo(() => boxesOf(cards, document, places), [cards, document, places])
  const boxes = useMemo(() => carriedBoxes(standing, moving), [standing, moving])

  // Of a large flow all lines stay as they are while something is carried, but for those that hang on it.
  const light = carried !== null && cards.size > LARGE
  const held = light ? NONE : moving
  const laid = light ? standing : boxes
  const wires = useMemo(() => wiresOf(cards, laid), [cards, laid])
  const paths = useMemo(() => {
    // A card that nothing hangs on may be dropped into an edge: while it is carried no edge gives way to it.
    const touched = new Set(wires.flatMap((wire) => [wire.source, wire.target]))
    const inWay = held === NONE ? laid : new Map([...laid].filter(([id]) => !(id in held) || touched.has(id)))
    const signature = JSON.stringify([wires, [...inWay.values()].map((box) => [box.x, box.y, box.width])])
    if (signature !== router.current.signature) router.current = { signature, paths: route(inWay, wires) }
    return router.current.paths
  }, [wires, laid, held])
  // After React Flow has been told where the card was dropped, so that card and lines move in one frame.
  useEffect(() => useCarried.getState().stand(light ? { document, cards, wires, standing } : null), [light, document, cards, wires, standing])
  useEffect(() => () => useCarried.getState().stand(null), [])

  const chosen = useMemo(() => new Set(selected), [selected])
  const edgeName = useCallback((from: string, to: string) => t('editor.edgeName', { from, to }), [t])
  const edges = useMemo(() => edgeMaker.make(cards, paths, chosen, edge, edgeName), [edgeMaker, cards, paths, chosen, edge, edgeName])

  const nodes = useMemo(() => {
    const next = new Map<string, AnyNode>()
    for (const frame of framesOf(document, cards, boxes)) {
      const id = groupKey(frame.group)
      const before = keptNodes.current.get(id)
      const isChosen = chosen.has(id)
      if (before?.type === 'group' && before.selected === isChosen && JSON.stringify(before.data.frame) === JSON.stringify(frame)) next.set(id, before)
      else {
        const size = { width: frame.width, height: frame.height }
        next.set(id, {
          id, type: 'group', data: { card: null, frame }, position: { x: frame.x, y: frame.y }, selected: isChosen, ...size, measured: size, zIndex: -2, dragHandle: '.gh',
          style: { pointerEvents: 'none' }, ariaLabel: `${t('drawing.group')} ${frame.name}${t('editor.comma')}${t('drawing.nodesInside', { count: frame.count })}`,
        })
      }
    }
    for (const [id, data] of cards) {
      const { x, y } = boxes.get(id) ?? { x: 0, y: 0 }
      const before = keptNodes.current.get(id)
      const isChosen = chosen.has(id)
      const isGroup = groupOfKey(id) !== null
      if (before && (before.type === 'group' ? before.data.card : before.data) === data && before.position.x === x && before.position.y === y && before.selected === isChosen) next.set(id, before)
      else {
        const size = { width: data.box.width, height: data.box.height }
        const common = { id, position: { x, y }, selected: isChosen, ...size, measured: size, ariaLabel: readerName(data, t) }
        next.set(id, isGroup
          ? { ...common, type: 'group', data: { card: data, frame: null }, handles: handlesOf(data) }
          // Of a large flow no card need be drawn only to learn where its handles are.
          : { ...common, type: 'card', data, ...(cards.size > LARGE && { handles: handlesOf(data) }) })
      }
    }
    ;(document.notes ?? []).forEach((note, index) => {
      const id = `note:${index}`
      const [x, y] = moving[id] ?? note.at
      const before = keptNodes.current.get(id)
      const isChosen = chosen.has(id)
      const size = sizeOf(note)
      if (before?.type === 'note' && before.data.text === note.text && String(before.data.size) === String(size) && before.position.x === x && before.position.y === y && before.selected === isChosen) next.set(id, before)
      else next.set(id, { id, type: 'note', data: { text: note.text, index, size }, position: { x, y }, selected: isChosen, measured: { width: size?.[0] ?? NOTE_WIDTH, height: size?.[1] ?? NOTE_HEIGHT }, ariaLabel: `${t('editor.note')}: ${note.text}` })
    })
    keptNodes.current = next
    return [...next.values()]
  }, [cards, boxes, document, moving, chosen, t])

  return { nodes, edges, cards, all, boxes, paths, ready: laidOut.ready }
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
