/**
 * Copy, cut and paste by the browser's own events, which need no permission and work on plain HTTP. From a menu there is
 * no such event for pasting: then the browser is asked, and what was copied here last is remembered in case it refuses.
 */
import type { ReactFlowInstance } from '@xyflow/react'
import { useEffect, useMemo, useRef, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { copied, cornerOf, parsed, pasted, type Clip } from '../drawing/clipboard'
import { nodesSelected, tidied } from '../drawing/groups'
import * as edit from '../flow/document'
import { useNodeTypes } from '../flow/nodeTypes'
import { noteIndex, useFlow } from '../flow/store'
import type { AnyNode, LaneEdgeType } from './cards'
import { CARD_HEIGHT, cardBox, type Size } from './geometry'
import { inField } from './keys'
import { inSight, landing, middleOf, sizeOfClip, type Area } from './landing'
import { useLoose } from './loose'
import { NOTE_HEIGHT, NOTE_WIDTH, sizeOf } from './noteSize'
import type { Box } from './routing'

interface Context { element: RefObject<HTMLDivElement | null>; boxes: RefObject<Map<string, Box>>; flow: ReactFlowInstance<AnyNode, LaneEdgeType> }
export interface Clipboard { copy: () => void; cut: () => void; paste: () => Promise<void>; duplicate: () => void; copyTo: (ids: string[], by: edit.At) => void }

const BESIDE = 28

/** How large a card will be, as far as its type tells: outlets that its settings add are not known before it is checked. */
function expected(clip: Clip, id: string): Size {
  const node = clip.nodes[id]
  return cardBox(node?.name ?? '', useNodeTypes.getState().byType[node?.type ?? '']?.outlets ?? [{ id: 'done', label: '' }])
}

function notesOf(document: FlowDocument | undefined): Area[] {
  return (document?.notes ?? []).map((note) => {
    const [width, height] = sizeOf(note) ?? [NOTE_WIDTH, NOTE_HEIGHT]
    return { x: note.at[0], y: note.at[1], width, height }
  })
}

export function useClipboard({ element, boxes, flow }: Context): Clipboard {
  const { t } = useTranslation()
  const pointer = useRef<{ x: number; y: number } | null>(null)
  const remembered = useRef('')
  const latest = useRef({ t })
  useEffect(() => { latest.current = { t } })

  const actions = useMemo(() => {
    const chosen = () => {
      const { history, selected } = useFlow.getState()
      if (!history) return null
      const ids = nodesSelected(history.present, selected)
      const notes = selected.map(noteIndex).filter((index): index is number => index !== null)
      return ids.length + notes.length === 0 ? null : { document: history.present, ids, notes }
    }
    const text = () => {
      const what = chosen()
      if (what) remembered.current = copied(what.document, what.ids, what.notes)
      return what && remembered.current
    }
    const put = (clip: Clip, by: edit.At, said: string) => {
      const { history, edit: change, select, say } = useFlow.getState()
      const result = history && pasted(history.present, clip, by)
      if (!history) return
      if (!result) return say(latest.current.t('drawing.tooMany'))
      change(() => result.document)
      select([...result.ids, ...result.notes.map((index) => `note:${index}`)])
      useLoose.getState().tell(result.loose)
      say(latest.current.t(said, { count: result.ids.length + result.notes.length }), true)
      requestAnimationFrame(() => element.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${result.ids[0]}"]`)?.focus({ preventScroll: true }))
    }
    /** Puts it where `wanted` says, or as near to there as there is room in sight. */
    const land = (clip: Clip, said: string, wanted: (size: Size, view: Area) => edit.At): boolean => {
      const area = element.current?.getBoundingClientRect()
      if (!area) return false
      const view = inSight(area, flow)
      const size = sizeOfClip(clip, (id) => expected(clip, id))
      const [x, y] = landing([...boxes.current.values(), ...notesOf(useFlow.getState().history?.present)], wanted(size, view), size, view)
      const [left, top] = cornerOf(clip)
      put(clip, [x - left, y - top], said)
      return true
    }
    /** Its first row under the pointer; in the middle of what is seen if the pointer is elsewhere. */
    const pasteText = (found: string): boolean => {
      const clip = parsed(found)
      return clip !== null && land(clip, 'drawing.pasted', (size, view) => {
        if (!pointer.current) return middleOf(view, size)
        const { x, y } = flow.screenToFlowPosition(pointer.current)
        return [x - size.width / 2, y - CARD_HEIGHT / 2]
      })
    }
    const remove = () => {
      const what = chosen()
      if (!what) return
      useFlow.getState().edit((document) => tidied(edit.removeNotes(edit.remove(document, what.ids), what.notes)))
    }
    return {
      text, pasteText, remove,
      copyTo: (ids: string[], by: edit.At) => {
        const { history } = useFlow.getState()
        const notes = ids.map(noteIndex).filter((index): index is number => index !== null)
        const clip = history && parsed(copied(history.present, nodesSelected(history.present, ids), notes))
        if (clip) put(clip, by, 'drawing.copiedHere')
      },
      duplicate: () => {
        const what = chosen()
        const clip = what && parsed(copied(what.document, what.ids, what.notes))
        const corner = clip && cornerOf(clip)
        if (corner) land(clip, 'drawing.copiedHere', (size) => [corner[0] + size.width + BESIDE, corner[1]])
      },
    }
  }, [element, boxes, flow])

  useEffect(() => {
    const ours = (event: ClipboardEvent) => !event.defaultPrevented && !inField(event.target) && !document.querySelector('.ant-modal-wrap:not([style*="none"])')
    const copy = (event: ClipboardEvent) => {
      if (!ours(event) || String(document.getSelection() ?? '') !== '') return
      const text = actions.text()
      if (!text) return
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
      const count = useFlow.getState().selected.length
      if (event.type === 'cut') actions.remove()
      useFlow.getState().say(latest.current.t(event.type === 'cut' ? 'drawing.cut' : 'drawing.copied', { count }), event.type === 'cut')
    }
    const paste = (event: ClipboardEvent) => {
      if (ours(event) && actions.pasteText(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault()
    }
    const moved = (event: PointerEvent) => {
      // A finger that was lifted is nowhere.
      const inside = event.pointerType !== 'touch' && event.target instanceof Element && event.target.closest('.react-flow__renderer') !== null && element.current?.contains(event.target) === true
      pointer.current = inside ? { x: event.clientX, y: event.clientY } : null
    }
    const left = () => { pointer.current = null }
    window.addEventListener('copy', copy)
    window.addEventListener('cut', copy)
    window.addEventListener('paste', paste)
    window.addEventListener('pointermove', moved)
    document.documentElement.addEventListener('pointerleave', left)
    return () => {
      window.removeEventListener('copy', copy)
      window.removeEventListener('cut', copy)
      window.removeEventListener('paste', paste)
      window.removeEventListener('pointermove', moved)
      document.documentElement.removeEventListener('pointerleave', left)
    }
  }, [actions, element])

  return useMemo(() => ({
    copy: () => void document.execCommand('copy'),
    cut: () => void document.execCommand('cut'),
    paste: async () => {
      // Not allowed, or no such thing on plain HTTP: what was copied here is known all the same.
      const found = await Promise.resolve().then(() => navigator.clipboard.readText()).catch(() => '')
      if (!actions.pasteText(found) && !actions.pasteText(remembered.current)) useFlow.getState().say(latest.current.t('drawing.nothingToPaste'))
    },
    duplicate: actions.duplicate,
    copyTo: actions.copyTo,
  }), [actions])
}
