/** One node: its name, what it is called in templates, and four tabs: settings, outlets, values, help. */
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument, NodeType } from '../api/types'
import * as edit from '../flow/document'
import { configFaults, outletFaults, ownFaults } from '../flow/faults'
import { useGoal } from '../flow/goal'
import { useNodeTypes } from '../flow/nodeTypes'
import { outletsOf } from '../flow/outlets'
import { useFlow } from '../flow/store'
import { NodeForm } from '../form/NodeForm'
import { namesOf } from '../form/names'
import type { Target } from '../form/scope'
import { Icon, Tile } from '../icons/Icon'
import { FaultHint } from '../issues/FaultHint'
import { HeldNode } from '../together/holding'
import { CopyChip } from './CopyChip'
import { Outlets } from './Outlets'
import { SampleBar } from './SampleBar'
import { Tabs } from './Tabs'
import { TitleField } from './TitleField'
import { useOffers } from './useOffers'
import { useRecordFields } from './useRecordFields'
import { useSampling } from './useSampling'
import { Values } from './Values'
import { useSamples } from './samples'
import { useArrival } from './useArrival'

type Tab = 'settings' | 'outlets' | 'values' | 'help'

export function NodeInspector({ id, document }: { id: string; document: FlowDocument }) {
  const { t } = useTranslation()
  const { id: flow, edit: change, select, checked, issues, say, fresh } = useFlow()
  const types = useNodeTypes((state) => state.byType)
  const goal = useGoal((state) => (state.goal?.node === id ? state.goal : null))
  const [chosen, setChosen] = useState<{ tab: Tab; after: number | undefined }>({ tab: 'settings', after: undefined })
  // A goal opens its tab, until another one is chosen.
  const tab = goal && goal.key !== chosen.after ? (goal.path.startsWith('outlets') ? 'outlets' : 'settings') : chosen.tab
  const panel = useRef<HTMLDivElement>(null)
  useArrival(panel, goal)
  const node = document.nodes[id]
  const type = node ? types[node.type] : undefined
  const faults = useMemo(() => configFaults(issues, id), [issues, id])
  const outlets = useMemo(() => (node ? outletsOf(node, checked?.nodes[id], type) : []), [node, checked, id, type])
  const targets = useMemo(() => new Map(outlets.map((outlet) => [outlet.id, targetOf(document, types, node?.outlets?.[outlet.id])])), [outlets, document, types, node])
  const offers = useOffers()
  const samples = useSamples(flow, document)
  const { sampling, hearing, valuing } = useSampling(document, samples.given)
  const fields = useRecordFields(document['record_type'])
  const names = useMemo(() => namesOf(document, types, checked, t, { node: id, fields }), [document, types, checked, t, id, fields])
  if (!node) return null
  const name = node.name || type?.label || id
  const others = fresh === id ? [] : ownFaults(issues, id)
  const loose = [...outletFaults(issues, id).values()].flat()
  const looseErrors = loose.filter((issue) => issue.level === 'error').length
  return (
    <>
      <header className="head">
        <div className="row">
          <Tile icon={type ? type.icon : 'unknown'} medium={type?.medium} />
          <TitleField value={name} label={t('editor.nodeName')} onChange={(text) => change((before) => edit.rename(before, id, text), `name:${id}`)} />
          <button type="button" className="btn g sm ic" aria-label={t('editor.deleteNode')} title={t('editor.deleteNode')} onClick={() => { change((before) => edit.remove(before, [id])); say(t('editor.deletedNodes', { count: 1 }), true) }}>
            <Icon name="trash" size={14} />
          </button>
          <button type="button" className="btn g sm ic" aria-label={t('shell.close')} title={t('shell.close')} onClick={() => select([])}><Icon name="x" /></button>
        </div>
        <div className="row t12 i3 meta">
          <span className="nw">{type?.label ?? node.type}</span><span>·</span>
          <CopyChip text={`results.${id}.value`} />
        </div>
      </header>
      <Tabs
        label={name} chosen={tab} onChoose={(next) => setChosen({ tab: next, after: goal?.key })}
        tabs={[{ id: 'settings', label: t('editor.settings') }, { id: 'outlets', label: t('editor.outlets'), count: outlets.length, faults: { count: loose.length, error: looseErrors > 0, words: looseErrors > 0 ? t('editor.errorCount', { count: looseErrors }) : t('editor.warningCount', { count: loose.length }) } }, { id: 'values', label: t('editor.values') }, { id: 'help', label: t('editor.help') }]}
      >
        <div ref={panel}>
        {tab === 'settings' && (
          <>
            {others.map((issue) => (
              <FaultHint key={issue.path + issue.message} issue={issue} document={document} />
            ))}
            {type
              ? <HeldNode value={id}><NodeForm
                  schema={type.schema} value={node.config ?? {}} faults={faults} languages={document.languages ?? []} targets={targets} names={names} offers={offers} sampling={sampling} hearing={hearing}
                  fresh={fresh === id} goal={goal && goal.path.startsWith('config.') ? { path: goal.path.slice('config.'.length), language: goal.language, key: goal.key } : null}
                  onChange={(config, renamed) => change((before) => edit.setConfig(before, id, config, renamed), `config:${id}`)}
                /></HeldNode>
              : <p className="t12 i2 pad">{t('editor.typeMissingWhat', { type: node.type })}</p>}
          </>
        )}
        {tab === 'outlets' && <Outlets id={id} document={document} outlets={outlets} />}
        {tab === 'values' && <Values names={names} flow={document.name} valuing={valuing} />}
        {tab === 'help' && <Help id={id} type={type} />}
        </div>
      </Tabs>
      <SampleBar {...samples} />
    </>
  )
}

function targetOf(document: FlowDocument, types: Record<string, NodeType>, target: string | undefined): Target | null {
  const node = target ? document.nodes[target] : undefined
  if (!node) return null
  const type = types[node.type]
  return { name: node.name || type?.label || (target ?? ''), icon: type?.icon ?? 'unknown', medium: type?.medium ?? 'logic' }
}

function Help({ id, type }: { id: string; type: NodeType | undefined }) {
  const { t } = useTranslation()
  return (
    <div className="pad help">
      {type?.help && <p>{type.help}</p>}
      {type?.description && type.description !== type.help && <p className="i2">{type.description}</p>}
      <dl>
        <dt>{t('editor.idInDocument')}</dt><dd className="mono">{id}</dd>
        <dt>{t('editor.typeName')}</dt><dd className="mono">{type?.type}</dd>
        <dt>{t('editor.inTemplates')}</dt><dd className="mono">{`{{ results.${id}.value }}`}<br />{`{{ results.${id}.outlet }}`}</dd>
      </dl>
    </div>
  )
}
