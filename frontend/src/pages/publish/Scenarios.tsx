/** The draft's scenarios, played before it is published: how many hold, which do not and why; and the word that is asked for then. */
import { Input } from 'antd'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../../api/types'
import { Icon } from '../../icons/Icon'
import { trying } from '../../simulator/calls'
import { scenariosOf, type Played, type Run } from '../../simulator/scenarios'
import { shown } from '../../simulator/values'

/** Null while they are played; `trouble` where they could not be. */
export interface Rehearsed { run: Run | null; trouble: string | null }
const SHOWN = 4

/** The scenarios of the saved draft, played once it can run and again when it changes; null where there is nothing to play. */
export function useRehearsed(flow: string | null, document: FlowDocument, saved: unknown, faulty: boolean): Rehearsed | null {
  const [found, setFound] = useState<Rehearsed>({ run: null, trouble: null })
  const count = scenariosOf(document).length
  const play = flow !== null && saved !== null && !faulty && count > 0
  useEffect(() => {
    let gone = false
    const say = (next: Rehearsed) => { if (!gone) setFound(next) }
    setFound({ run: null, trouble: null })
    if (play) trying.run(flow).then((run) => say({ run, trouble: null }), (error: unknown) => say({ run: null, trouble: error instanceof Error ? error.message : String(error) }))
    return () => { gone = true }
  }, [flow, saved, play])
  return count === 0 || faulty ? null : found
}

export const failing = (rehearsed: Rehearsed | null): Played[] => rehearsed?.run?.results.filter((one) => !one.passed) ?? []

interface Props { document: FlowDocument; rehearsed: Rehearsed | null; faulty: boolean; why: string; onWhy: (why: string) => void }

export function Scenarios({ document, rehearsed, faulty, why, onWhy }: Props) {
  const { t } = useTranslation()
  const field = useId()
  const count = scenariosOf(document).length
  if (faulty) return null
  if (rehearsed === null) return <div className="publish-words i2" data-testid="publish-scenarios" data-state="none">{t('versions.noScenarios')}</div>
  const { run, trouble } = rehearsed
  if (trouble) return <div className="publish-words wac" role="alert" data-testid="publish-scenarios" data-state="trouble"><Icon name="warn" /><span>{t('versions.notRehearsed', { reason: trouble })}</span></div>
  if (run === null) return <div className="publish-words i2" aria-busy="true" data-testid="publish-scenarios" data-state="playing">{t('versions.rehearsing', { count })}</div>
  const bad = failing(rehearsed)
  if (bad.length === 0) return <div className="publish-words i2" role="status" data-testid="publish-scenarios" data-state="hold"><span className="okc"><Icon name="check" /></span><span>{t('versions.allHold', { count })}</span></div>
  return (
    <section className="publish-failing" role="alert" data-testid="publish-scenarios" data-state="fail">
      <div className="row"><span className="erc"><Icon name="err" /></span><span className="b">{t('versions.someFail', { count: bad.length, all: run.results.length })}</span></div>
      <ul>
        {bad.slice(0, SHOWN).map((one, at) => <li key={`${one.name} ${at}`}><span className="b">{one.name}</span> <span className="i2">{told(one, t)}</span></li>)}
        {bad.length > SHOWN && <li className="i3">{t('versions.moreFail', { count: bad.length - SHOWN })}</li>}
      </ul>
      <label className="lab" htmlFor={field}>{t('versions.whyAllTheSame')}</label>
      <Input id={field} value={why} maxLength={200} placeholder={t('versions.whySample')} onChange={(event) => onWhy(event.target.value)} />
    </section>
  )
}

/** Why one does not hold: the first thing that is not as it should be. */
function told({ error, failures }: Played, t: (key: string, values: Record<string, unknown>) => string): string {
  const [first] = failures
  if (error || !first) return error
  return `${t('try.atStep', { step: first.step + 1 })} ${first.path}: ${t('try.expected', { expected: shown(first.expected) || '—', actual: shown(first.actual) || '—' })}`
}
