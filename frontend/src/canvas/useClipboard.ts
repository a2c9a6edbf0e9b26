/**
 * Copy, cut and paste by the browser's own events, which need no permission and work on plain HTTP. From a menu there is
 * no such event for pasting: then the browser is asked, and what was copied here last is remembered in case it refuses.
 */
import type { ReactFlowInstance } from '@xyflow/react'
import { useEffect, useMemo, useRef, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { copied, cornerOf, parsed, pasted, type Clip } from '../drawing/clipboard'
import { nodesSelected, tidied } from '../drawing/groups'
import * as edit from '../flow/document'
import { noteIndex, useFlow } from '../flow/store'
import type { AnyNode, LaneEdgeType } from './cards'
import { CARD_HEIGHT } from './geometry'
import { inField } from './keys'
import { freePlace } from './layout'
import { useLoose } from './loose'
import type { Box } from './routing'

interface Context { element: RefObject<HTMLDivElement | null>; boxes: RefObject<Map<string, Box>>; flow: ReactFlowInstance<AnyNode, LaneEdgeType> }
export interface Clipboard { copy: () => void; cut: () => void; paste: () => Promise<void>; duplicate: () => void; copyTo: (ids: string[], by: edit.At) => void }

const CARD_WIDTH = 212
const BESIDE = 28
const snap = ([x, y]: edit.At): edit.At => [Math.round(x / 10) * 10, Math.round(y / 10) * 10]

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
    const sizeOf = (clip: Clip) => {
      const [left, top] = cornerOf(clip)
      const places = [...Object.values(clip.nodes).map((node) => node.at ?? [0, 0]), ...clip.notes.map((note) => note.at)]
      return { width: Math.max(...places.map(([x = 0]) => x)) - left + CARD_WIDTH, height: Math.max(...places.map(([, y = 0]) => y)) - top + CARD_HEIGHT }
    }
    /** Into the middle of what is seen, or where the pointer is, and beside what stands there. */
    const pasteText = (found: string): boolean => {
      const clip = parsed(found)
      const area = element.current?.getBoundingClientRect()
      if (!clip || !area) return false
      const at = pointer.current ?? { x: area.left + area.width / 2, y: area.top + area.height / 3 }
      const size = sizeOf(clip)
      const middle = flow.screenToFlowPosition(at)
      const [x, y] = freePlace([...boxes.current.values()], snap([middle.x - size.width / 2, middle.y - CARD_HEIGHT / 2]), size)
      const [left, top] = cornerOf(clip)
      put(clip, [x - left, y - top], 'drawing.pasted')
      return true
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
        if (!clip) return
        const size = sizeOf(clip)
        const [left, top] = cornerOf(clip)
        const [x] = freePlace([...boxes.current.values()], [left + size.width + BESIDE, top], size)
        put(clip, [x - left, 0], 'drawing.copiedHere')
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
      const inside = event.target instanceof Element && event.target.closest('.react-flow__renderer') !== null && element.current?.contains(event.target) === true
      pointer.current = inside ? { x: event.clientX, y: event.clientY } : null
    }
    window.addEventListener('copy', copy)
    window.addEventListener('cut', copy)
    window.addEventListener('paste', paste)
    window.addEventListener('pointermove', moved)
    return () => {
      window.removeEventListener('copy', copy)
      window.removeEventListener('cut', copy)
      window.removeEventListener('paste', paste)
      window.removeEventListener('pointermove', moved)
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
