/** The right-hand panel: the settings of what is selected, or the flow's own when nothing is. */
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { groupOfKey } from '../drawing/groups'
import { noteIndex, useFlow } from '../flow/store'
import { FlowSettings } from './FlowSettings'
import { GroupInspector } from './GroupInspector'
import './inspector.css'
import { NodeInspector } from './NodeInspector'
import { Several } from './Several'

export function Inspector({ document }: { document: FlowDocument }) {
  const { t } = useTranslation()
  const selected = useFlow((flow) => flow.selected)
  const chosen = selected.filter((id) => noteIndex(id) === null)
  const only = chosen.length === 1 ? chosen[0] : undefined
  const group = only === undefined ? null : groupOfKey(only)
  return (
    <aside className="pn r inspector" aria-label={t('editor.inspector')}>
      {group !== null
        ? <GroupInspector key={group} id={group} document={document} />
        : only ? <NodeInspector key={only} id={only} document={document} />
          : chosen.length > 1 ? <Several count={chosen.length} /> : <FlowSettings document={document} />}
    </aside>
  )
}
