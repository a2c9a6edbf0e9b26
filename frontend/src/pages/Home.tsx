/** Today: key figures, calls by the hour, what needs a person, campaigns and lines; everything leads to where it is from. */
import { Button } from 'antd'
import { lazy, Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { figures, type Figures, type Now, type Trunk } from '../api/figures'
import { flows } from '../api/flows'
import type { FlowRow } from '../api/types'
import { useRefreshed } from '../api/useRefreshed'
import { clock, dayAndClock } from '../i18n/time'
import { Icon } from '../icons/Icon'
import { KeyFigures } from './home/KeyFigures'
import { RunningCampaigns } from './home/RunningCampaigns'
import { midnight } from './home/today'
import { Waiting } from './home/Waiting'
import { useMay } from './material/useMay'
import './home/home.css'

const HoursChart = lazy(async () => ({ default: (await import('./home/HoursChart')).HoursChart }))
const refreshEvery = 15_000

interface Seen { at: Date; today: Figures; before: Figures; now: Now; trunks: Trunk[]; recent: FlowRow[] }

async function look(): Promise<Seen> {
  const at = new Date()
  const start = midnight(at)
  const [today, before, now, trunks, drawn] = await Promise.all([
    figures.of({ from: start, to: at.getTime() - start.getTime() < 1000 ? new Date(start.getTime() + 1000) : at, by: 'hour' }), figures.of({ from: midnight(at, -7), to: start, by: 'hour' }), figures.now(),
    figures.trunks().then((page) => page.items, () => []), flows.list(),
  ])
  const recent = [...drawn.items].sort((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at)).slice(0, 4)
  return { at, today, before, now, trunks, recent }
}

export function Home() {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const may = useMay()
  const { data, failed, load } = useRefreshed(look, refreshEvery)
  useEffect(() => {
    document.title = `${t('home.title')} · Callweave`
  }, [t])
  const day = new Intl.DateTimeFormat(i18n.language === 'en' ? 'en-GB' : 'zh-CN', { month: 'long', day: 'numeric', weekday: 'short' })
  return (
    <>
      <header className="hdr">
        <h1 className="t16 b">{t('home.title')}</h1>
        {data && <span className="i3 nw">{day.format(data.at)} {clock(data.at)}</span>}
        <span className="sp" />
        {may('campaigns.edit') && <Button icon={<Icon name="horn" size={14} />} onClick={() => void navigate('/campaigns?new')} className="hm-wide">{t('campaigns.new')}</Button>}
        {may('flows.edit') && <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => void navigate('/flows?new')} className="hm-wide">{t('flows.new')}</Button>}
      </header>
      <main className="content hm">
        {failed !== null && (
          <div className="card hm-failed" role="alert">
            <Icon name="err" />
            <div className="grow"><div className="b">{t('home.notLoaded')}</div>{data && <div className="i2 t12">{t('home.kept')}</div>}<details className="i3 t12"><summary>{t('shell.details')}</summary><code className="mono">{failed}</code></details></div>
            <Button icon={<Icon name="retry" size={14} />} onClick={() => void load()}>{t('shell.retry')}</Button>
          </div>
        )}
        {data === null && failed === null && <div className="card hm-skeleton" aria-busy="true"><span className="skel" style={{ width: 320, height: 40 }} /></div>}
        {data && (
          <>
            <KeyFigures today={data.today} before={data.before} now={data.now} at={data.at} />
            <div className="hm-two">
              <div className="hm-left">
                <section className="card" aria-label={t('home.byHour')}>
                  <div className="hm-head"><h2 className="t14 b">{t('home.byHour')}</h2><Legend /><span className="sp" /><Link className="t12" to="/figures">{t('home.toFigures')}</Link></div>
                  <Suspense fallback={<div style={{ height: 250 }} />}><HoursChart today={data.today} before={data.before} at={data.at} /></Suspense>
                </section>
                <RunningCampaigns />
              </div>
              <div className="hm-right">
                <Waiting now={data.now} />
                <section className="card" aria-label={t('home.recent')}>
                  <div className="hm-head"><h2 className="t14 b">{t('home.recent')}</h2><span className="sp" /><Link className="t12" to="/flows">{t('home.all')}</Link></div>
                  <ul className="hm-list">
                    {data.recent.map((one) => (
                      <li key={one.id}><Link className="hm-flow" to={`/flows/${one.id}`}><Icon name="flow" /><span className="el grow">{one.name}</span><span className="i3 t12 nw">{one.published === null ? t('home.draft') : `v${one.published}`} · {dayAndClock(new Date(one.updated_at), i18n.language)}</span></Link></li>
                    ))}
                  </ul>
                </section>
              </div>
            </div>
            {data.trunks.length > 0 && <Lines trunks={data.trunks} today={data.today} />}
          </>
        )}
      </main>
    </>
  )
}

function Legend() {
  const { t } = useTranslation()
  return (
    <span className="hm-legend t12 i2" aria-hidden="true">
      <span><i style={{ background: 'var(--brand)' }} />{t('home.answered')}</span><span><i style={{ background: 'var(--line-strong)' }} />{t('home.missed')}</span>
      <span><i className="line" />{t('home.rate')}</span><span><i className="dots" />{t('home.usual')}</span>
    </span>
  )
}

/** Each trunk: how full it is, whether it can be reached, and how many of today's calls went through. */
function Lines({ trunks, today }: { trunks: Trunk[]; today: Figures }) {
  const { t } = useTranslation()
  const used = new Map(today.trunks.map((one) => [one.trunk, one]))
  return (
    <section className="card hm-lines" aria-label={t('home.lines')}>
      {trunks.filter((one) => one.enabled).slice(0, 5).map((one) => {
        const bad = one.reachable === 'unreachable' || one.registered === 'refused' || one.registered === 'failed'
        const calls = used.get(one.name)
        const full = one.at_once !== null && one.in_use >= one.at_once
        return (
          <Link key={one.name} to="/lines" className="hm-line">
            <span className="row"><span className={`pt ${bad ? 'erc' : full ? 'wac' : 'okc'}`} /><span className="el grow">{one.name}</span><span className="i2 nw">{t('home.inUse', { count: one.in_use, most: one.at_once ?? '∞' })}</span></span>
            <span className="bar"><i style={{ width: one.at_once ? `${Math.min(100, (100 * one.in_use) / one.at_once)}%` : one.in_use > 0 ? '8%' : 0, background: full ? 'var(--warn-solid)' : 'var(--brand)' }} /></span>
            <span className="t12 i2">{bad ? t('home.away') : calls && calls.calls > 0 ? t('home.wentThrough', { percent: ((100 * (calls.calls - calls.failed)) / calls.calls).toFixed(1) }) : t('home.quiet')}</span>
          </Link>
        )
      })}
    </section>
  )
}
