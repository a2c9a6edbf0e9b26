/** Every way out of a node, and where each leads: the way to connect without dragging. */
import { Select } from 'antd'
import { useId, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument, OutletInfo } from '../api/types'
import * as edit from '../flow/document'
import { outletFaults } from '../flow/faults'
import { isHungUp, outletWords } from '../flow/outlets'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import { FaultHint } from '../issues/FaultHint'
import { useTargets } from './useTargets'

export function Outlets({ id, document, outlets }: { id: string; document: FlowDocument; outlets: OutletInfo[] }) {
  const { t } = useTranslation()
  const base = useId()
  const { edit: change, issues } = useFlow()
  const faults = useMemo(() => outletFaults(issues, id), [issues, id])
  const targets = useTargets(document)
  const node = document.nodes[id]
  if (outlets.length === 0) return <p className="t12 i3 pad">{t('editor.noOutlets')}</p>
  return (
    <div className="pad outlets">
      {outlets.map((outlet) => {
        const { key, words } = outletWords(outlet)
        const own = faults.get(outlet.id) ?? []
        const byFlow = isHungUp(outlet.id) && document.on_hang_up
        return (
          <div key={outlet.id} data-field={`outlets.${outlet.id}`}>
            <label htmlFor={`${base}-${outlet.id}`} className="lab">
              {isHungUp(outlet.id) && <Icon name="hang" size={14} />}
              {key && <span className="b" style={{ color: 'var(--ink)' }}>{key}</span>}
              <span className="el">{words}</span>
            </label>
            <Select
              id={`${base}-${outlet.id}`} aria-label={outlet.label} style={{ width: '100%' }} showSearch={{ optionFilterProp: 'search' }} allowClear
              value={node?.outlets?.[outlet.id]} options={targets}
              placeholder={byFlow ? t('editor.hangUpByFlow') : t('editor.endsHere')}
              onChange={(target: string | undefined) => change((before) => (target ? edit.connect(before, id, outlet.id, target) : edit.disconnect(before, id, outlet.id)))}
            />
            {own.map((issue) => <FaultHint key={issue.message} issue={issue} document={document} />)}
          </div>
        )
      })}
    </div>
  )
}
