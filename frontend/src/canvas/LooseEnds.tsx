/** What was pasted and points to nothing here: each row leads to its place. Nothing is dropped without a word. */
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { useGoal } from '../flow/goal'
import { useNodeTypes } from '../flow/nodeTypes'
import { outletsOf } from '../flow/outlets'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import { useLoose } from './loose'

export function LooseEnds({ document }: { document: FlowDocument }) {
  const { t } = useTranslation()
  const { list, tell } = useLoose()
  const { select, checked } = useFlow()
  const types = useNodeTypes((state) => state.byType)
  const aim = useGoal((state) => state.aim)
  const left = list.filter(({ node }) => node in document.nodes)
  if (left.length === 0) return null
  const outletName = (id: string, outlet: string) => {
    const node = document.nodes[id]
    return (node && outletsOf(node, checked?.nodes[id], types[node.type]).find((one) => one.id === outlet)?.label) ?? outlet
  }
  return (
    <section className="float loose" role="status" aria-label={t('drawing.looseTitle', { count: left.length })}>
      <div className="row">
        <span className="wac"><Icon name="warn" /></span>
        <span className="b grow">{t('drawing.looseTitle', { count: left.length })}</span>
        <button type="button" className="btn g sm ic" aria-label={t('shell.close')} onClick={() => tell([])}><Icon name="x" size={14} /></button>
      </div>
      <ul>
        {left.map(({ node, place, to }) => (
          <li key={`${node} ${place} ${to}`}>
            <button type="button" className="row" onClick={() => { select([node]); aim(node, place) }}>
              <span className="nw el b">{document.nodes[node]?.name || node}</span>
              <span className="el i2">{place.startsWith('outlets.') ? t('drawing.looseOutlet', { outlet: outletName(node, place.slice(8)), to }) : t('drawing.looseName', { to })}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
