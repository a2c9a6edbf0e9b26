/** Those who are in earlier versions: stay, move or end, all at once or by node, with how many it concerns. */
import { Radio, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../../api/types'
import { nameOf } from '../../flow/differences'
import { concerned, stranded, targets, type Choice, type Fate, type Standing } from '../../flow/inFlight'
import { useNodeTypes } from '../../flow/nodeTypes'

interface Props {
  people: Standing[]
  document: FlowDocument
  next: number
  choice: Choice
  onChoose: (choice: Choice) => void
  byNode: Record<string, Fate>
  onFate: (node: string, fate: Fate) => void
}

export function People({ people, document, next, choice, onChoose, byNode, onFate }: Props) {
  const { t } = useTranslation()
  const types = useNodeTypes((state) => state.byType)
  const total = people.reduce((sum, one) => sum + one.sessions, 0)
  const talking = people.reduce((sum, one) => sum + one.talking, 0)
  const lost = stranded(people, document)
  const name = (node: string | null) => (node === null ? t('versions.startPlace') : nameOf(node, document.nodes[node], types))
  const moving = concerned('move', people, byNode).move
  return (
    <section className="publish-people" data-testid="people">
      <header className="row">
        <span className="b grow">{t('versions.people', { count: total })}</span>
        <button type="button" className="btn g sm br" onClick={() => onChoose(choice === 'nodes' ? (lost.length === 0 && moving > 0 ? 'move' : 'keep') : 'nodes')}>{t(choice === 'nodes' ? 'versions.together' : 'versions.perNode')}</button>
      </header>
      {choice === 'nodes'
        ? (
            <table className="tb">
              <tbody>
                {people.map((one) => (
                  <tr key={one.node ?? ''} data-node={one.node}>
                    <td className="el publish-node" title={name(one.node)}>{name(one.node)}</td>
                    <td className="ar i2">{t('versions.countPeople', { count: one.sessions })}{one.talking > 0 && <> · {t('versions.onLine', { count: one.talking })}</>}</td>
                    <td>
                      {one.node !== null && (
                        <Select
                          aria-label={t('versions.fate', { node: name(one.node) })} style={{ width: 170 }} value={byNode[one.node] ?? 'keep'} onChange={(fate: Fate) => { if (one.node !== null) onFate(one.node, fate) }}
                          options={[
                            { value: 'keep', label: t('versions.stay') },
                            ...targets(one, document).map((id) => ({ value: id, label: id === one.node ? t('versions.moveOn') : t('versions.moveTo', { node: name(id) }) })),
                            { value: 'end', label: t('versions.endThem') },
                          ]}
                        />
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        : (
            <>
              <div className="row publish-places">
                {people.map((one) => <span key={one.node ?? ''} className="chip">{one.sessions.toLocaleString()} {name(one.node)}</span>)}
                {talking > 0 && <span className="chip br">{t('versions.onLine', { count: talking })}</span>}
              </div>
              <Radio.Group className="publish-choices" value={choice} onChange={(event) => onChoose(event.target.value as Choice)}>
                <Radio value="move" disabled={lost.length > 0 || moving === 0}>
                  <span>{t('versions.move', { version: next })}</span>
                  <span className="t12 i2">
                    {lost.length > 0
                      ? t('versions.moveBlocked', { nodes: lost.map((one) => name(one.node)).join(t('editor.comma')) })
                      : <>{t('versions.moveWhat', { count: moving })}{talking > 0 && t('versions.moveTalking', { count: talking })}</>}
                  </span>
                </Radio>
                <Radio value="keep"><span>{t('versions.keep')}</span><span className="t12 i2">{t('versions.keepWhat', { version: next })}</span></Radio>
                <Radio value="end"><span>{t('versions.end')}</span><span className="t12 i2">{t('versions.endWhat')}</span></Radio>
              </Radio.Group>
            </>
          )}
    </section>
  )
}
