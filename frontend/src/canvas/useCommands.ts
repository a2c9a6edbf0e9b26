/** What each command does. The table of commands says when it may be done. */
import type { ReactFlowInstance } from '@xyflow/react'
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { aligned, alignments, distributed, type Alignment } from '../drawing/align'
import { folded, groupKey, grouped, groupOfKey, nodesSelected, takenOut, tidied, ungrouped } from '../drawing/groups'
import { removedWhole } from '../drawing/splice'
import type { FlowDocument } from '../api/types'
import * as edit from '../flow/document'
import { noteIndex, useFlow } from '../flow/store'
import type { AnyNode, CardData, LaneEdgeType } from './cards'
import { useCommanding } from './commanding'
import type { CommandId } from './commands'
import { roomToOpen } from './folding'
import { tidy } from './layout'
import { openQuickAdd } from './quick'
import type { Box } from './routing'
import { FIT } from './Tools'
import type { Clipboard } from './useClipboard'
import { movedWithGroups } from './useCarrying'
import { layoutNodes } from './useDrawing'
import { firstOutlet } from './ways'

export interface CommandContext {
  element: RefObject<HTMLDivElement | null>
  cards: Map<string, CardData>
  all: Map<string, CardData>
  boxes: Map<string, Box>
  flow: ReactFlowInstance<AnyNode, LaneEdgeType>
  clipboard: Clipboard
  onInspect: () => void
}

const MOTION = 320

/** Registers the commands of this drawing, and says whether cards are just gliding to their places. */
export function useCommands(context: CommandContext): boolean {
  const { t } = useTranslation()
  const [gliding, setGliding] = useState(false)
  const latest = useRef({ context, t })
  useEffect(() => { latest.current = { context, t } })
  const glide = useCallback((change: (document: FlowDocument) => FlowDocument) => {
    setGliding(true)
    // One frame later the cards know that they glide: then they are told where to.
    requestAnimationFrame(() => useFlow.getState().edit(change))
    setTimeout(() => setGliding(false), MOTION + 60)
  }, [])
  useEffect(() => {
    const run = (id: CommandId) => perform(id, latest.current.context, latest.current.t, glide)
    useCommanding.setState({ run })
    return () => useCommanding.setState({ run: () => undefined, open: null })
  }, [glide])
  return gliding
}

type Say = (key: string, values?: Record<string, unknown>) => string
type Glide = (change: (document: FlowDocument) => FlowDocument) => void

function perform(id: CommandId, context: CommandContext, t: Say, glide: Glide): void {
  const { cards, boxes, flow, clipboard } = context
  const state = useFlow.getState()
  const document = state.history?.present
  if (!document) return
  const { selected } = state
  const nodes = nodesSelected(document, selected)
  const groups = selected.flatMap((key) => groupOfKey(key) ?? [])
  switch (id) {
    case 'undo': return state.undo()
    case 'redo': return state.redo()
    case 'copy': return clipboard.copy()
    case 'cut': return clipboard.cut()
    case 'paste': return void clipboard.paste()
    case 'duplicate': return clipboard.duplicate()
    case 'delete': return deleteSelected(t)
    case 'deleteWhole': {
      state.edit((before) => removedWhole(before, nodes, firstOutlet(before, context.all)))
      return state.say(t('drawing.deletedWhole', { count: nodes.length }), true)
    }
    case 'selectAll': return state.select([...cards.keys()])
    case 'rename': return state.rename(selected[0] ?? null)
    case 'inspect': return selected[0] !== undefined && noteIndex(selected[0]) !== null ? state.rename(selected[0]) : context.onInspect()
    case 'add': return openQuickAdd('', context)
    case 'note': return addNote(context)
    case 'tidy': return void tidyUp(context, nodes, glide)
    case 'group': {
      const made = grouped(document, nodes, t('drawing.groupName', { number: Object.keys(document.groups ?? {}).length + 1 }))
      if (!made) return
      state.edit(() => made.document)
      state.select([groupKey(made.group)])
      return state.rename(groupKey(made.group))
    }
    case 'fold': return groups.forEach((group) => foldGroup(group, !document.groups?.[group]?.folded, context, glide))
    case 'ungroup': {
      const members = groups.flatMap((group) => nodesSelected(document, [groupKey(group)]))
      state.edit((before) => ungrouped(before, groups))
      return state.select(members)
    }
    case 'takeOut': return state.edit((before) => takenOut(before, nodes))
    case 'subflow': return useCommanding.getState().show('subflow')
    case 'across': case 'down': return glide((before) => moved(before, distributed(boxesOf(selected, boxes), id), boxes))
    case 'find': return useCommanding.getState().find()
    case 'commands': case 'keys': return useCommanding.getState().show(id)
    case 'try': return useCommanding.getState().tryIt()
    case 'fit': return void flow.fitView(FIT)
    case 'full': return void flow.zoomTo(1, { duration: 200 })
    case 'zoomIn': return void flow.zoomIn({ duration: 120 })
    case 'zoomOut': return void flow.zoomOut({ duration: 120 })
    default: {
      const to: Alignment | undefined = alignments.find((one) => one === id)
      if (to) glide((before) => moved(before, aligned(boxesOf(selected, boxes), to), boxes))
    }
  }
}

function boxesOf(selected: readonly string[], boxes: Map<string, Box>): Box[] {
  return selected.flatMap((id) => boxes.get(id) ?? [])
}

function moved(document: FlowDocument, places: Record<string, edit.At>, boxes: Map<string, Box>): FlowDocument {
  return movedWithGroups(document, places, boxes)
}

/** All of it, or, with several selected, only those, about where they stood. */
async function tidyUp({ cards, boxes, flow }: CommandContext, nodes: string[], glide: Glide): Promise<void> {
  const document = useFlow.getState().history?.present
  if (!document) return
  const seen = nodes.filter((id) => cards.has(id))
  const some = seen.length > 1 ? new Set(seen) : null
  const among = layoutNodes(cards).filter((node) => some === null || some.has(node.id))
  const grouping = Object.fromEntries(Object.entries(document.nodes).flatMap(([id, node]) => (node.group !== undefined && cards.has(id) ? [[id, node.group]] : [])))
  const places = await tidy(among, document.start ?? null, some ? {} : grouping)
  if (some) {
    const before = among.flatMap((node) => boxes.get(node.id) ?? [])
    const shift = [Math.min(...before.map((box) => box.x)) - Math.min(...Object.values(places).map(([x]) => x)), Math.min(...before.map((box) => box.y)) - Math.min(...Object.values(places).map(([, y]) => y))]
    for (const [id, [x, y]] of Object.entries(places)) places[id] = [x + (shift[0] ?? 0), y + (shift[1] ?? 0)]
  }
  glide((now) => movedWithGroups(now, places, boxes))
  if (!some) setTimeout(() => void flow.fitView(FIT), 40)
}

/** Fold a group into a card, or open it and make room for it. */
export function foldGroup(group: string, fold: boolean, { all, boxes }: Pick<CommandContext, 'all' | 'boxes'>, glide: Glide): void {
  const change = (before: FlowDocument): FlowDocument => {
    if (fold) return folded(before, group, true)
    const room = roomToOpen(before, group, (id) => all.get(id)?.box ?? { width: 212, height: 80 }, boxes)
    return folded(movedWithGroups(before, room, boxes), group, false)
  }
  if (fold) useFlow.getState().edit(change)
  else glide(change)
  useFlow.getState().select([groupKey(group)])
}

function addNote({ element, flow }: CommandContext): void {
  const { history, edit: change, select, rename } = useFlow.getState()
  const area = element.current?.getBoundingClientRect()
  const at = flow.screenToFlowPosition({ x: (area?.left ?? 0) + (area?.width ?? 0) / 2 - 120, y: (area?.top ?? 0) + 60 })
  const id = `note:${history?.present.notes?.length ?? 0}`
  change((before) => edit.addNote(before, [at.x, at.y], ''))
  select([id])
  rename(id)
}

/** Takes away what is selected: nodes, groups with their nodes, notes, or one edge. */
function deleteSelected(t: Say): void {
  const { selected, edge, history, edit: change, say } = useFlow.getState()
  if (edge) {
    change((document) => edit.disconnect(document, edge.source, edge.outlet))
    return say(t('editor.disconnected'), true)
  }
  if (!history) return
  const notes = selected.map(noteIndex).filter((index): index is number => index !== null)
  const nodes = nodesSelected(history.present, selected)
  change((document) => tidied(edit.removeNotes(edit.remove(document, nodes), notes)))
  say(nodes.length > 0 ? t('editor.deletedNodes', { count: nodes.length }) : t('editor.deletedNote'), true)
}
