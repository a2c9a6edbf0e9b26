/** The draft's scenarios: play them all, see which holds and what none of them walks. */
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import { nodeName, outletLabel, type NodeOf } from '../sessions/nodes'
import { useRuns } from './runs'
import { scenariosOf, without, type Played } from './scenarios'
import { shown } from './values'

interface Props { document: FlowDocument; nodeOf: NodeOf; onGo: (node: string) => void }

export function Scenarios({ document, nodeOf, onGo }: Props) {
  const { t } = useTranslation()
  const { id, edit } = useFlow()
  const { run, running, failed, chosen, lit, play, choose, light, forget } = useRuns()
  const all = scenariosOf(document)
  const remove = (at: number) => {
    edit((before) => without(before, at))
    forget()
  }
  const held = run?.results.filter((one) => one.passed).length ?? 0
  return (
    <div className="try-scenarios" data-testid="try-scenarios">
      <div className="row">
        <button type="button" className="btn sm" disabled={running || all.length === 0 || !id} onClick={() => id && void play(id)} data-testid="try-run-all"><Icon name="play" size={12} />{t(running ? 'try.running' : 'try.runAll')}</button>
        {run && <span className={`chip ${held === run.results.length ? 'ok' : 'er'}`} role="status" data-testid="try-held">{t('try.held', { held, all: run.results.length })}</span>}
        <span className="sp" />
        {run && <button type="button" className={`btn sm${lit ? ' on' : ''}`} aria-pressed={lit} onClick={() => light(!lit)}>{t('try.light')}</button>}
      </div>
      {failed && <p className="t12 erc" role="alert">{failed}</p>}
      {all.length === 0 && <p className="t12 i2">{t('try.noScenarios')}</p>}
      <ul>
        {all.map((scenario, at) => {
          const result = run?.results[at]
          return (
            <li key={`${scenario.name} ${at}`} className={chosen === at && lit ? 'on' : ''}>
              <div className="row">
                <button type="button" className="row grow one" disabled={!result} aria-pressed={chosen === at} title={t('try.showWay')} onClick={() => choose(chosen === at ? null : at)}>
                  <span className={!result ? 'i3' : result.passed ? 'okc' : 'erc'}><Icon name={!result ? 'more' : result.passed ? 'check' : 'x'} size={14} /></span>
                  <span className="vh">{!result ? t('try.notPlayed') : t(result.passed ? 'try.holds' : 'try.fails')}</span>
                  <span className="el">{scenario.name}</span><span className="t11 i3 nw">{t('try.stepCount', { count: scenario.steps.length })}</span>
                </button>
                <button type="button" className="btn g sm ic" aria-label={t('try.removeScenario', { name: scenario.name })} title={t('try.removeScenario', { name: scenario.name })} onClick={() => remove(at)}><Icon name="trash" size={14} /></button>
              </div>
              {result && !result.passed && <Why result={result} />}
            </li>
          )
        })}
      </ul>
      {run && <Missing run={run.coverage.rows} nodeOf={nodeOf} onGo={onGo} />}
    </div>
  )
}

const AT_MOST = 6

function Why({ result }: { result: Played }) {
  const { t } = useTranslation()
  if (result.error) return <p className="t12 erc">{result.error}</p>
  return (
    <ul className="why">
      {result.failures.slice(0, AT_MOST).map((one, at) => (
        <li key={at} className="t12"><span className="mono">{t('try.atStep', { step: one.step + 1 })} {one.path}</span> {t('try.expected', { expected: shown(one.expected) || '—', actual: shown(one.actual) || '—' })}</li>
      ))}
    </ul>
  )
}

function Missing({ run, nodeOf, onGo }: { run: { node: string; walked: number; missing: string[] }[]; nodeOf: NodeOf; onGo: (node: string) => void }) {
  const { t } = useTranslation()
  const rows = run.filter((row) => row.walked === 0 || row.missing.length > 0)
  if (rows.length === 0) return <p className="t12 okc">{t('try.allCovered')}</p>
  return (
    <section aria-label={t('try.missing')} data-testid="try-missing">
      <h3 className="t11 i3">{t('try.missing')}</h3>
      <ul>
        {rows.map((row) => (
          <li key={row.node} data-node={row.node}>
            <button type="button" className="row one" onClick={() => onGo(row.node)}>
              <span className="wac"><Icon name="warn" size={14} /></span><span className="nw el">{nodeName(nodeOf, row.node)}</span>
              <span className="t12 i2 el">{row.walked === 0 ? t('try.neverWalked') : row.missing.map((outlet) => outletLabel(nodeOf, row.node, outlet)).join(t('editor.comma'))}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
