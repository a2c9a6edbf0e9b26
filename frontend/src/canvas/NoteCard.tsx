/** A note on the drawing: words for colleagues, of no consequence for the flow. */
import type { NodeProps } from '@xyflow/react'
import { memo, useContext, useState } from 'react'
import { useTranslation } from 'react-i18next'
import * as edit from '../flow/document'
import { useFlow } from '../flow/store'
import { CanvasActions } from './actions'
import { useShift } from './carried'
import type { NoteNode } from './cards'
import { NoteCorner } from './NoteCorner'

export const NoteCard = memo(function NoteCard({ id, data, selected, positionAbsoluteX, positionAbsoluteY }: NodeProps<NoteNode>) {
  const shift = useShift(id, positionAbsoluteX, positionAbsoluteY)
  const { t } = useTranslation()
  const actions = useContext(CanvasActions)
  const change = useFlow((flow) => flow.edit)
  const rename = useFlow((flow) => flow.rename)
  const asked = useFlow((flow) => flow.renaming === id)
  const [text, setText] = useState<string | null>(null)
  const [pulled, setPulled] = useState<edit.At | null>(null)
  const writing = actions !== null && asked
  const size = pulled ?? data.size
  const style = { ...(size && { width: size[0], minHeight: size[1] }), ...shift }
  if (!writing) {
    return (
      <div className={`note${selected ? ' sel' : ''}`} style={style} onDoubleClick={() => rename(id)}>
        {data.text || t('editor.emptyNote')}
        {actions && selected && <NoteCorner index={data.index} onPull={setPulled} />}
      </div>
    )
  }
  const finish = (wanted: string | null) => {
    if (wanted !== null && wanted !== data.text) change((document) => edit.changeNote(document, data.index, { text: wanted }))
    setText(null)
    rename(null)
  }
  return (
    <div className="note sel" style={style}>
      <textarea
        className="nodrag nowheel" autoFocus rows={4} value={text ?? data.text} aria-label={t('editor.note')}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => finish(text)}
        onKeyDown={(event) => {
          event.stopPropagation()
          if (event.key === 'Escape') finish(text)
        }}
      />
    </div>
  )
})
