/** The right-hand panel: the selected node's settings, or the flow's own when nothing is selected. */
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { noteIndex, useFlow } from '../flow/store'
import { FlowSettings } from './FlowSettings'
import './inspector.css'
import { NodeInspector } from './NodeInspector'

export function Inspector({ document }: { document: FlowDocument }) {
  const { t } = useTranslation()
  const selected = useFlow((flow) => flow.selected)
  const nodes = selected.filter((id) => noteIndex(id) === null)
  const only = nodes.length === 1 ? nodes[0] : undefined
  return (
    <aside className="pn r inspector" aria-label={t('editor.inspector')}>
      {only ? <NodeInspector key={only} id={only} document={document} /> : nodes.length > 1 ? <Several count={nodes.length} /> : <FlowSettings document={document} />}
    </aside>
  )
}

function Several({ count }: { count: number }) {
  const { t } = useTranslation()
  return (
    <div className="state">
      <span className="t14 b">{t('editor.severalSelected', { count })}</span>
      <span className="t12">{t('editor.severalHow')}</span>
    </div>
  )
}
