/** What would happen: the rehearsal on a virtual clock with its report, and the dry run, person by person. */
import { Button, Drawer, Progress } from 'antd'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client'
import { campaigns, type Campaign, type Foreseen, type Rehearsal, type Report } from '../../api/campaigns'
import { dayAndClock, span } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { secondsLeft, share, type Seen } from './stands'
import { useFateWords } from './words'

const lookEvery = 700
const underWay = (one: Rehearsal) => one.state === 'waiting' || one.state === 'running' || one.state === 'stopping'

export function RehearsalDrawer({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const { t } = useTranslation()
  const [now, setNow] = useState<Rehearsal | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const left = useRef(false)
  const began = useRef<Seen | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    left.current = false
    began.current = null
    const look = async (ask: () => Promise<Rehearsal>) => {
      try {
        const seen = await ask()
        if (left.current) return
        if (seen.state === 'running') began.current ??= { at: Date.now(), share: seen.share }
        setNow(seen)
        if (underWay(seen)) timer = setTimeout(() => void look(() => campaigns.rehearsal(seen.id)), lookEvery)
      } catch (problem) {
        if (!left.current) setFault(problem instanceof ApiError ? problem.message : String(problem))
      }
    }
    void look(() => campaigns.rehearse(campaign.id))
    return () => {
      left.current = true
      clearTimeout(timer)
    }
  }, [campaign.id])
  const stop = async (id: string) => {
    try {
      setNow(await campaigns.stopRehearsal(id))
    } catch (problem) {
      setFault(problem instanceof ApiError ? problem.message : String(problem))
    }
  }
  const working = fault === null && (now === null || underWay(now))
  const seconds = now?.state === 'running' ? secondsLeft(began.current, { at: Date.now(), share: now.share }) : null
  return (
    <Drawer open onClose={onClose} title={t('campaigns.rehearsal')} size={480} className="cg-drawer">
      <p className="t12 i2">{t('campaigns.rehearsalWhat')}</p>
      {working && (
        <div className="cg-working" role="status">
          <Progress percent={Math.round((now?.share ?? 0) * 100)} showInfo strokeColor="var(--brand)" aria-label={t('campaigns.rehearsing')} />
          <div className="row">
            <span className="i2 t12 grow" data-testid="rehearsing">{now?.state === 'stopping' ? t('campaigns.rehearsalStopping') : seconds === null ? t('campaigns.rehearsing') : t('campaigns.rehearsingLeft', { time: span(seconds) })}</span>
            <Button size="small" disabled={now === null || now.state === 'stopping'} onClick={() => now && void stop(now.id)} data-testid="stop-rehearsal">{t('campaigns.rehearsalStop')}</Button>
          </div>
        </div>
      )}
      {fault && <div className="cg-trouble" role="alert"><Icon name="err" size={14} /><span>{fault}</span></div>}
      {now?.state === 'failed' && <div className="cg-trouble" role="alert"><Icon name="err" size={14} /><span>{now.why?.words ?? t('campaigns.rehearsalFailed')}</span></div>}
      {now?.state === 'stopped' && (
        <div className="cg-warning t12" role="status" data-testid="rehearsal-stopped"><Icon name="warn" size={14} /><span>{now.report ? t('campaigns.rehearsalPart') : t('campaigns.rehearsalNone')}</span></div>
      )}
      {now?.report && <ReportView report={now.report} />}
    </Drawer>
  )
}

function ReportView({ report }: { report: Report }) {
  const { t, i18n } = useTranslation()
  const fates = useFateWords()
  const number = (value: number) => value.toLocaleString(i18n.language)
  const at = (moment: string) => dayAndClock(new Date(moment), i18n.language)
  const most = Math.max(1, ...report.hours.map((one) => one.calls))
  const facts: [string, string][] = [
    [t('campaigns.report.completed'), `${number(report.completed)} / ${number(report.people)}  (${share(report.completed, report.people)})`],
    [t('campaigns.report.ends'), at(report.ends_at)],
    [t('campaigns.report.calls'), number(report.calls)],
    [t('campaigns.report.peak'), report.peak_at ? t('campaigns.report.peakAt', { count: report.peak, at: at(report.peak_at) }) : number(report.peak)],
    [t('campaigns.report.waited'), span(report.waited_seconds)],
    [t('campaigns.report.cost'), report.cost.toLocaleString(i18n.language, { style: 'currency', currency: report.currency })],
  ]
  return (
    <div className="cg-report" data-testid="rehearsal-report">
      <dl>{facts.map(([term, value]) => <div key={term} className="cg-row"><dt className="i2">{term}</dt><dd className="b">{value}</dd></div>)}</dl>
      <h3 className="t12 b">{t('campaigns.report.hours')}</h3>
      <div className="cg-hoursbar" role="img" aria-label={t('campaigns.report.hours')}>
        {report.hours.map((one) => <i key={one.at} title={`${at(one.at)} · ${number(one.calls)}`} style={{ height: `${(100 * one.calls) / most}%` }} />)}
      </div>
      <h3 className="t12 b">{t('campaigns.report.fates')}</h3>
      {Object.entries(report.fates).map(([fate, count]) => <div key={fate} className="cg-row"><span className="i2">{fates(fate)}</span><span>{number(count)}</span></div>)}
      {report.left.length > 0 && <h3 className="t12 b">{t('campaigns.report.left')}</h3>}
      {report.left.map((one) => <div key={one.reason.words} className="cg-row"><span className="i2">{one.reason.words}</span><span>{number(one.people)}</span></div>)}
      {report.dead_ends.length > 0 && <h3 className="t12 b">{t('campaigns.report.deadEnds')}</h3>}
      {report.dead_ends.map((one) => <div key={`${one.node}${one.outlet}${one.kind}`} className="cg-row"><span className="i2 mono">{[one.node, one.outlet].filter(Boolean).join(' → ')}</span><span>{number(one.sessions)}</span></div>)}
      {report.warnings.map((one) => <p key={one.path + one.message} className="cg-warning t12"><Icon name="warn" size={14} />{one.message}</p>)}
    </div>
  )
}

export function DryRunDrawer({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const [rows, setRows] = useState<Foreseen[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const load = useCallback(async (cursor?: string | null) => {
    try {
      const page = await campaigns.dryRun(campaign.id, cursor)
      setRows((before) => (cursor ? [...(before ?? []), ...page.items] : page.items))
      setNext(page.next)
    } catch (problem) {
      setFault(problem instanceof ApiError ? problem.message : String(problem))
    }
  }, [campaign.id])
  useEffect(() => void load(), [load])
  return (
    <Drawer open onClose={onClose} title={t('campaigns.dryRun')} size={480} className="cg-drawer">
      <p className="t12 i2">{t('campaigns.dryRunWhat')}</p>
      {fault && <div className="cg-trouble" role="alert"><Icon name="err" size={14} /><span>{fault}</span></div>}
      {rows === null && fault === null && <div className="skel" style={{ height: 120 }} aria-busy="true" />}
      {rows?.length === 0 && <p className="i3">{t('campaigns.nobodyFits')}</p>}
      <ul className="cg-list" data-testid="dry-run">
        {rows?.map((row, place) => (
          <li key={place} className="cg-foreseen">
            <span className="b el">{row.contact.name ?? row.number}</span>
            <span className={`ar nw ${row.at ? 'i2' : 'erc'}`}>{row.at ? dayAndClock(new Date(row.at), i18n.language) : t('campaigns.never')}</span>
            {row.why.length > 0 && <span className="t12 i3">{row.why.map((one) => one.words).join(' · ')}</span>}
          </li>
        ))}
      </ul>
      {next && <button type="button" className="cg-more br t12" onClick={() => void load(next)}>{t('campaigns.morePeople')}</button>}
    </Drawer>
  )
}
