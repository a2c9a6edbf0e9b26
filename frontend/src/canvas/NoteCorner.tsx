/** The lower right corner of a note, which is pulled to give it a size. Keys do the same: Alt, Shift and an arrow. */
import { useReactFlow } from '@xyflow/react'
import { useRef, type PointerEvent } from 'react'
import { useTranslation } from 'react-i18next'
import * as edit from '../flow/document'
import { useFlow } from '../flow/store'
import { within } from './noteSize'

interface Pull { x: number; y: number; width: number; height: number; now: edit.At | null }

export function NoteCorner({ index, onPull }: { index: number; onPull: (size: edit.At | null) => void }) {
  const { t } = useTranslation()
  const { getZoom } = useReactFlow()
  const change = useFlow((flow) => flow.edit)
  const pull = useRef<Pull | null>(null)

  const begin = (event: PointerEvent<HTMLSpanElement>) => {
    const note = event.currentTarget.parentElement
    if (event.button !== 0 || !note) return
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
    pull.current = { x: event.clientX, y: event.clientY, width: note.offsetWidth, height: note.offsetHeight, now: null }
  }
  const go = (event: PointerEvent) => {
    const from = pull.current
    if (!from) return
    const zoom = getZoom()
    from.now = within([from.width + (event.clientX - from.x) / zoom, from.height + (event.clientY - from.y) / zoom])
    onPull(from.now)
  }
  const end = (keep: boolean) => {
    const size = pull.current?.now
    pull.current = null
    if (keep && size) change((document) => edit.changeNote(document, index, { size }))
    onPull(null)
  }
  return (
    <span
      className="corner nodrag nopan" title={t('drawing.noteSize')} data-testid="note-corner"
      onPointerDown={begin} onPointerMove={go} onPointerUp={() => end(true)} onPointerCancel={() => end(false)}
    />
  )
}
