/** Figures over days or hours: answer rate, how calls were heard, who was reached, outcomes, texts, trunks. */
import { Button, Select } from 'antd'
import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { type Figures as Seen, figures, type Step } from '../api/figures'
import { flows } from '../api/flows'
import type { FlowRow } from '../api/types'
import { useRefreshed } from '../api/useRefreshed'
import { axis, Chart, type ChartOption, type Colour, tooltip } from '../charts/Chart'
import { Icon } from '../icons/Icon'
import { useFateWords } from './campaigns/words'
import { percentOf, periodOf, periods, type Period, table } from './figures/periods'
import { csvOf, save } from './history/csv'
import './figures/figures.css'

const refreshEvery = 60_000

export function Figures() {
  const { t, i18n } = useTranslation()
  const [query, setQuery] = useSearchParams()
  const period: Period = periods.find((one) => one === query.get('period')) ?? 'week'
  const flow = query.get('flow')
  const [drawn, setDrawn] = useState<FlowRow[]>([])
  const look = useCallback(() => figures.of({ ...periodOf(period, new Date()), flow }), [period, flow])
  const { data, failed, load } = useRefreshed<Seen>(look, refreshEvery)
  useEffect(() => {
    document.title = `${t('figures.title')} · Callweave`
  }, [t])
  useEffect(() => void flows.list().then((page) => setDrawn(page.items), () => undefined), [])
  const set = (change: Record<string, string | null>) => setQuery(Object.fromEntries(Object.entries({ period, flow, ...change }).flatMap(([name, value]) => (value ? [[name, value]] : []))), { replace: true })
  const words: Record<Period, string> = { today: t('figures.today'), week: t('figures.week'), month: t('figures.month'), quarter: t('figures.quarter') }
  return (
    <>
      <header className="hdr fg-hdr">
        <h1 className="t16 b">{t('figures.title')}</h1>
        <span className="sp" />
        <Select value={flow} allowClear placeholder={t('history.everyFlow')} aria-label={t('history.flow')} showSearch={{ optionFilterProp: 'label' }} options={drawn.map((one) => ({ value: one.id, label: one.name }))} onChange={(value: string | null) => set({ flow: value ?? null })} className="fg-flow" />
        <Select<Period> value={period} aria-label={t('figures.period')} options={periods.map((one) => ({ value: one, label: words[one] }))} onChange={(value) => set({ period: value })} className="fg-period" />
        <Button disabled={data === null} icon={<Icon name="dl" size={14} />} onClick={() => data && save('figures.csv', csvOf(...table(data)))}>{t('history.export')}</Button>
      </header>
      <main className="content fg" tabIndex={0} aria-label={t('figures.title')}>
        {failed !== null && <div className="fg-trouble" role="alert"><Icon name="err" size={14} /><span className="grow">{t('figures.notLoaded')}</span><Button size="small" onClick={() => void load()}>{t('shell.retry')}</Button></div>}
        {data === null && failed === null && <div className="card fg-card" aria-busy="true"><span className="skel" style={{ height: 200, display: 'block' }} /></div>}
        {data && <Charts seen={data} language={i18n.language} />}
      </main>
    </>
  )
}

function Card({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return <section className="card fg-card" aria-label={title}><h2 className="t14 b">{title}</h2><p className="t12 i2">{about}</p>{children}</section>
}

/** One chart over the steps: bars that stand on each other, and shares in percent as lines. */
function useSteps(seen: Seen, names: readonly string[], bars: readonly { name: string; of: (step: Step, place: number) => number; colour: string }[], line: { name: string; of: (step: Step) => number | null } | null): ChartOption {
  return useCallback<ChartOption>((colour: Colour) => ({
    grid: { left: 46, right: line ? 46 : 14, top: 14, bottom: 26 }, tooltip: tooltip(colour),
    xAxis: { type: 'category', data: names, ...axis(colour), splitLine: { show: false } },
    yAxis: [{ type: 'value', minInterval: 1, ...axis(colour), axisLine: { show: false } }, { type: 'value', min: 0, max: 100, show: line !== null, ...axis(colour), axisLine: { show: false }, splitLine: { show: false }, axisLabel: { color: colour('ink-2'), fontSize: 11, formatter: '{value}%' } }],
    series: [
      ...bars.map((bar) => ({ type: 'bar', name: bar.name, stack: 'all', barMaxWidth: 26, data: seen.steps.map(bar.of), itemStyle: { color: colour(bar.colour) } })),
      ...(line ? [{ type: 'line', name: line.name, yAxisIndex: 1, connectNulls: true, symbolSize: 5, data: seen.steps.map(line.of), lineStyle: { color: colour('ink'), width: 1.5 }, itemStyle: { color: colour('ink') }, tooltip: { valueFormatter: (value: unknown) => (typeof value === 'number' ? `${Math.round(value)}%` : '–') } }] : []),
    ],
  // The bars are made of the same figures and words as the steps.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  }), [seen, names])
}

const standing = new Set<string>(['running', 'waiting', 'completed', 'failed', 'cancelled', 'expired'])
const outcomeColours = ['brand', 'brand-line', 'ok-solid', 'warn-solid', 'err-solid', 'line-control', 'sms', 'time', 'mail', 'data', 'voice', 'fax']

function Charts({ seen, language }: { seen: Seen; language: string }) {
  const { t } = useTranslation()
  const fates = useFateWords()
  const locale = language === 'en' ? 'en-GB' : 'zh-CN'
  const names = useMemo(() => {
    const form = new Intl.DateTimeFormat(locale, seen.by === 'hour' ? { day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: seen.time_zone } : { month: 'numeric', day: 'numeric', timeZone: seen.time_zone })
    return seen.steps.map((step) => form.format(new Date(step.at)))
  }, [seen, locale])
  const number = (value: number) => value.toLocaleString(language)
  const { calls, heard, texts } = seen
  const named = (outcome: string) => (outcome === 'hung_up' ? t('sessions.hungUp') : standing.has(outcome) ? t(`sessions.status.${outcome}`) : outcome)
  const answer = useSteps(seen, names, [{ name: t('home.answered'), of: (step) => step.answered_out, colour: 'brand' }, { name: t('home.missed'), of: (step) => step.calls_out - step.answered_out, colour: 'line-strong' }], { name: t('home.rate'), of: (step) => percentOf(step.answered_out, step.calls_out) })
  const quality = useSteps(seen, names, [{ name: t('figures.heardWell'), of: (step) => step.heard_well, colour: 'ok-solid' }, { name: t('figures.heardBadly'), of: (step) => step.heard - step.heard_well, colour: 'warn-solid' }], { name: t('figures.wellShare'), of: (step) => percentOf(step.heard_well, step.heard) })
  const reach = useSteps(seen, names, [{ name: t('figures.ledToEnd'), of: (step) => step.completed, colour: 'brand' }, { name: t('figures.notToEnd'), of: (step) => step.sessions - step.completed, colour: 'line-strong' }], { name: t('figures.reachShare'), of: (step) => percentOf(step.completed, step.sessions) })
  const outcomes = useSteps(seen, names, seen.outcomes.map((one, place) => ({ name: named(one.outcome), of: (_: Step, step: number) => one.steps[step] ?? 0, colour: outcomeColours[place % outcomeColours.length] ?? 'brand' })), null)
  const sent = useSteps(seen, names, [{ name: t('history.state.delivered'), of: (step) => step.texts_delivered, colour: 'sms' }, { name: t('history.state.failed'), of: (step) => step.texts_failed, colour: 'err-solid' }, { name: t('figures.underWay'), of: (step) => step.texts_out - step.texts_delivered - step.texts_failed, colour: 'line-strong' }], null)
  const share = (part: number, whole: number) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)}%`)
  return (
    <>
      <Card title={t('figures.answerRate')} about={t('figures.answerAbout', { count: calls.out, number: number(calls.out), share: share(calls.answered, calls.out), came: number(calls.came_in), lost: number(calls.given_up) })}>
        <Chart option={answer} height={230} label={t('figures.answerRate')} />
        <div className="fg-fates t12">{Object.entries(calls.fates).sort((a, b) => b[1] - a[1]).map(([fate, count]) => <span key={fate}><b>{number(count)}</b> {fates(fate)} <span className="i3">{share(count, calls.out)}</span></span>)}</div>
      </Card>
      <Card title={t('figures.quality')} about={heard.calls === 0 ? t('figures.noQuality') : t('figures.qualityAbout', { count: heard.calls, number: number(heard.calls), share: share(heard.well, heard.calls), loss: heard.loss_percent ?? 0, jitter: heard.jitter_ms ?? 0 })}>
        <Chart option={quality} height={200} label={t('figures.quality')} />
      </Card>
      <Card title={t('figures.reach')} about={`${t('figures.reachAbout', { count: seen.sessions_counted, number: number(seen.sessions_counted) })}${seen.sessions_all ? '' : ` ${t('figures.newest')}`}`}>
        <Chart option={reach} height={200} label={t('figures.reach')} />
      </Card>
      <Card title={t('figures.outcomes')} about={t('figures.outcomesAbout')}>
        <Chart option={outcomes} height={200} label={t('figures.outcomes')} />
        <div className="fg-fates t12">{seen.outcomes.map((one, place) => <span key={one.outcome}><i style={{ background: `var(--${outcomeColours[place % outcomeColours.length]})` }} />{named(one.outcome)} <b>{number(one.sessions)}</b></span>)}</div>
      </Card>
      <Card title={t('figures.texts')} about={t('figures.textsAbout', { count: texts.out, number: number(texts.out), share: share(texts.delivered, texts.out), came: number(texts.came_in) })}>
        <Chart option={sent} height={200} label={t('figures.texts')} />
      </Card>
      <Card title={t('figures.trunks')} about={t('figures.trunksAbout')}>
        <table className="tb">
          <thead><tr><th>{t('figures.trunk')}</th><th className="ar">{t('home.out')}</th><th className="ar">{t('home.rate')}</th><th className="ar">{t('figures.wentThrough')}</th></tr></thead>
          <tbody>
            {seen.trunks.map((one) => <tr key={one.trunk}><td>{one.trunk}</td><td className="ar">{number(one.calls)}</td><td className="ar">{share(one.answered, one.calls)}</td><td className="ar">{share(one.calls - one.failed, one.calls)}</td></tr>)}
            {seen.trunks.length === 0 && <tr><td colSpan={4} className="i3">{t('home.noCalls')}</td></tr>}
          </tbody>
        </table>
      </Card>
    </>
  )
}
