/** The drawing as it is watched: nothing can be changed, the counts and the walked way come from the live store. */
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Checked, FlowDocument } from '../api/types'
import { CanvasFrame } from './CanvasFrame'
import { Tools } from './Tools'
import { useDrawing } from './useDrawing'

const NOTHING = { issues: [], selected: [], moving: null }

interface FollowCanvasProps { document: FlowDocument; checked: Checked | null; startWords: string; note: string | null; children?: ReactNode }

export function FollowCanvas({ document, checked, startWords, note, children }: FollowCanvasProps) {
  const { t } = useTranslation()
  const quiet = useMemo(() => checked && { ...checked, errors: [], warnings: [] }, [checked])
  const drawing = useDrawing({ document, checked: quiet, ...NOTHING, edge: null, startWords, open: true })
  if (!drawing.ready) return <section className="canvas" aria-busy="true" />
  return (
    <CanvasFrame
      label={t('editor.canvas')} nodes={drawing.nodes} edges={drawing.edges}
      nodesDraggable={false} nodesConnectable={false} elementsSelectable={false} selectionOnDrag={false} panOnDrag
    >
      {note && <div className="chip wa live-note">{note}</div>}
      {children}
      <Tools />
    </CanvasFrame>
  )
}
