/** What is known: names and values at a step, the steps, the journal, and the scenarios of the draft. */
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { Icon } from '../icons/Icon'
import { Journal } from '../sessions/Journal'
import { lines as linesOf } from '../sessions/journal'
import { nodeName, outletLabel, type NodeOf } from '../sessions/nodes'
import { Steps } from '../sessions/Steps'
import '../sessions/sessions.css'
import { journalOf, turnOf } from './journal'
import { useRuns } from './runs'
import { Scenarios } from './Scenarios'
import { scenariosOf } from './scenarios'
import { useTry } from './store'
import { namesAt, shown, type Named } from './values'

export type KnownTab = 'values' | 'steps' | 'journal' | 'scenarios'
const TABS: KnownTab[] = ['values', 'steps', 'journal', 'scenarios']

interface Props { document: FlowDocument; nodeOf: NodeOf; tab: KnownTab; onTab: (tab: KnownTab) => void; onGo: (node: string) => void }

export function Known({ document, nodeOf, tab, onTab, onGo }: Props) {
  const { t } = useTranslation()
  const { turns, looked, look, back } = useTry()
  const light = useRuns((state) => state.light)
  const journal = useMemo(() => journalOf(turns), [turns])
  const lines = useMemo(() => linesOf(journal), [journal])
  const [chosen, setChosen] = useState<string | null>(null)
  const counts: Partial<Record<KnownTab, number>> = { steps: lines.length, journal: journal.length, scenarios: scenariosOf(document).length }
  const open = (name: KnownTab) => {
    light(name === 'scenarios' && useRuns.getState().run !== null)
    onTab(name)
  }
  const step = (key: string | null) => {
    setChosen(key)
    look(key === null ? null : turnOf(key))
  }
  return (
    <>
      <div className="tabs try-tabs" role="tablist" aria-label={t('try.known')}>
        {TABS.map((name) => (
          <button key={name} type="button" role="tab" id={`try-tab-${name}`} aria-selected={tab === name} aria-controls="try-known" className={tab === name ? 'on' : ''} onClick={() => open(name)}>
            {t(`try.tab.${name}`)}{counts[name] !== undefined && <span className="t11 i3">{counts[name]}</span>}
          </button>
        ))}
      </div>
      {looked !== null && tab !== 'scenarios' && (
        <div className="row try-looked" role="status">
          <span className="t12 grow">{t('try.lookedAt', { step: looked, all: turns.length })}</span>
          <button type="button" className="btn sm" disabled={looked >= turns.length} onClick={() => { setChosen(null); void back(looked) }}><Icon name="undo" size={12} />{t('try.goOnHere')}</button>
          <button type="button" className="btn g sm" onClick={() => step(null)}>{t('try.toNow')}</button>
        </div>
      )}
      <div className="try-known" id="try-known" role="tabpanel" aria-labelledby={`try-tab-${tab}`} tabIndex={0}>
        {tab === 'values' && <Values nodeOf={nodeOf} />}
        {tab === 'steps' && <Steps lines={lines} chosen={looked === null ? null : chosen} onChoose={step} nodeOf={nodeOf} />}
        {tab === 'journal' && <Journal turns={journal} />}
        {tab === 'scenarios' && <Scenarios document={document} nodeOf={nodeOf} onGo={onGo} />}
      </div>
    </>
  )
}

function Values({ nodeOf }: { nodeOf: NodeOf }) {
  const { t } = useTranslation()
  const { turns, looked } = useTry()
  const at = looked ?? turns.length
  const names = useMemo(() => namesAt(turns[at - 1], turns[at - 2]), [turns, at])
  if (names.length === 0) return <p className="t12 i3">{t('sessions.nothingKnown')}</p>
  return (
    <dl className="kv" data-testid="try-values">
      {names.map((one) => (
        <div key={one.name} data-name={one.name}>
          <dt className="mono el" title={one.node ? `${one.name} · ${nodeName(nodeOf, one.node)}` : one.name}>{one.name}</dt>
          <dd><span className="el" title={shown(one.value)}>{words(one, nodeOf)}</span>{one.changed && <span className="chip br">{t('try.changed')}</span>}</dd>
        </div>
      ))}
    </dl>
  )
}

function words(one: Named, nodeOf: NodeOf): string {
  const value = shown(one.value)
  if (!one.node || !one.name.endsWith('.outlet')) return value
  const label = outletLabel(nodeOf, one.node, value)
  return label === value ? value : `${value} · ${label}`
}
