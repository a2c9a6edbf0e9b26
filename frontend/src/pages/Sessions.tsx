/** Sessions of all flows: found by number, record, person, outcome, status; each opens on the drawing of its flow. */
import { Button, Select } from 'antd'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { api } from '../api/client'
import { flows } from '../api/flows'
import type { FlowRow, Page, SessionRow, SessionStatus } from '../api/types'
import { dayAndClock, span } from '../i18n/time'
import { Icon } from '../icons/Icon'
import { Elapsed } from '../sessions/Elapsed'
import { StatusChip } from '../sessions/StatusChip'
import { who } from '../sessions/rows'
import { csvOf, save } from './history/csv'
import { asked, type Wanted } from './history/wanted'
import './history/history.css'

const statuses: readonly SessionStatus[] = ['running', 'waiting', 'completed', 'failed', 'cancelled', 'expired']
const every = 10_000
/** As many rows are put into one table; more of them make no sense to a person. */
const exported = 10_000

export function Sessions() {
  const { t } = useTranslation()
  const [query, setQuery] = useSearchParams()
  const wanted = useMemo<Wanted>(() => ({ search: query.get('search') ?? '', outcome: query.get('outcome') ?? '', status: query.get('status'), flow: query.get('flow') }), [query])
  const [text, setText] = useState(wanted.search)
  const [outcome, setOutcome] = useState(wanted.outcome)
  const [drawn, setDrawn] = useState<FlowRow[]>([])
  const { rows, next, failed, load, more } = useRows(wanted)
  useEffect(() => {
    document.title = `${t('history.sessions')} · Callweave`
  }, [t])
  useEffect(() => void flows.list().then((page) => setDrawn(page.items), () => undefined), [])
  const set = useCallback((change: Partial<Wanted>) => {
    const next_ = { ...wanted, ...change }
    setQuery(Object.fromEntries(Object.entries(next_).flatMap(([name, value]) => (value ? [[name, value]] : []))), { replace: true })
  }, [wanted, setQuery])
  const names = useMemo(() => new Map(drawn.map((one) => [one.id, one.name])), [drawn])
  const filtered = Object.values(wanted).some(Boolean)
  return (
    <>
      <header className="hdr hs-hdr">
        <h1 className="t16 b">{t('history.sessions')}</h1>
        <span className="sp" />
        <ExportButton wanted={wanted} names={names} />
      </header>
      <main className="content">
        <form className="hs-filters" role="search" onSubmit={(event) => { event.preventDefault(); set({ search: text.trim(), outcome: outcome.trim() }) }}>
          <label className="fld hs-search"><Icon name="search" size={14} /><input type="search" value={text} placeholder={t('history.searchWhat')} aria-label={t('history.search')} onChange={(event) => { setText(event.target.value); if (event.target.value === '') set({ search: '' }) }} data-testid="session-search" /></label>
          <label className="fld hs-outcome"><Icon name="end" size={14} /><input type="search" value={outcome} placeholder={t('history.outcome')} aria-label={t('history.outcome')} onChange={(event) => { setOutcome(event.target.value); if (event.target.value === '') set({ outcome: '' }) }} /></label>
          <Select value={wanted.flow} allowClear placeholder={t('history.everyFlow')} aria-label={t('history.flow')} showSearch={{ optionFilterProp: 'label' }} options={drawn.map((one) => ({ value: one.id, label: one.name }))} onChange={(flow: string | null) => set({ flow: flow ?? null })} className="hs-flow" />
          <Select value={wanted.status} allowClear placeholder={t('history.everyStatus')} aria-label={t('history.status')} options={statuses.map((one) => ({ value: one, label: t(`sessions.status.${one}`) }))} onChange={(status: string | null) => set({ status: status ?? null })} className="hs-status" />
          <Button htmlType="submit" type="primary">{t('history.find')}</Button>
        </form>
        {failed && <div className="hs-trouble" role="alert"><Icon name="err" size={14} /><span className="grow">{t('history.notLoaded')}</span><Button size="small" onClick={load}>{t('shell.retry')}</Button></div>}
        {rows === null && !failed && <div className="card hs-skeleton" aria-busy="true"><span className="skel" style={{ height: 16, width: 280 }} /></div>}
        {rows?.length === 0 && (
          <div className="card hs-empty">
            <Icon name="pulse" size={20} />
            <span className="b">{filtered ? t('history.noneFits') : t('sessions.none')}</span>
            <span className="i2 t12">{filtered ? t('history.whole') : t('sessions.noneWhat')}</span>
          </div>
        )}
        {rows && rows.length > 0 && (
          <ul className="card hs-rows" data-testid="session-list">
            {rows.map((row) => <li key={row.id}><Row row={row} flow={names.get(row.flow) ?? ''} /></li>)}
          </ul>
        )}
        {next && <button type="button" className="hs-more br" onClick={more}>{t('sessions.more')}</button>}
      </main>
    </>
  )
}

function useRows(wanted: Wanted) {
  const [rows, setRows] = useState<SessionRow[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)
  const [paged, setPaged] = useState(false)
  const ask = useCallback(async (cursor: string | null) => {
    try {
      const page = await api.get<Page<SessionRow>>(`/sessions?${asked(wanted, 50, cursor)}`)
      setRows((before) => (cursor ? [...(before ?? []), ...page.items] : page.items))
      setNext(page.next)
      setFailed(false)
    } catch {
      setFailed(true)
    }
  }, [wanted])
  useEffect(() => {
    setPaged(false)
    void ask(null)
  }, [ask])
  useEffect(() => {
    if (paged) return
    const timer = setInterval(() => document.visibilityState === 'visible' && void ask(null), every)
    return () => clearInterval(timer)
  }, [ask, paged])
  const more = () => {
    setPaged(true)
    void ask(next)
  }
  return { rows, next, failed, load: () => void ask(null), more }
}

function Row({ row, flow }: { row: SessionRow; flow: string }) {
  const { t, i18n } = useTranslation()
  const at = (moment: string) => dayAndClock(new Date(moment), i18n.language)
  const lasted = row.ended_at ? span((Date.parse(row.ended_at) - Date.parse(row.started_at)) / 1000) : row.status === 'waiting' && row.wake_at ? t('sessions.wakes', { at: at(row.wake_at) }) : null
  return (
    <Link className="hs-row" to={`/flows/${row.flow}/follow?session=${row.id}`} data-session={row.id}>
      <span className="hs-who"><span className="b el">{who(row) ?? t('sessions.noContact')}</span><span className="i3 t12 el">{row.contact.name ? row.contact.phone : ''}</span></span>
      <span className="hs-chip"><StatusChip session={row} /></span>
      <span className="el i2 hs-what" title={flow}>{flow}</span>
      <span className="i3 t12 nw ar">{lasted ?? <Elapsed since={row.started_at} />}</span>
      <span className="i2 t12 nw ar">{at(row.started_at)}</span>
    </Link>
  )
}

/** All that fits as a table, page after page; it says how far it is and can be stopped. */
function ExportButton({ wanted, names }: { wanted: Wanted; names: ReadonlyMap<string, string> }) {
  const { t, i18n } = useTranslation()
  const [count, setCount] = useState<number | null>(null)
  const [stop, setStop] = useState<AbortController | null>(null)
  const run = async () => {
    const halt = new AbortController()
    setStop(halt)
    setCount(0)
    const rows: SessionRow[] = []
    try {
      let cursor: string | null = null
      do {
        const page: Page<SessionRow> = await api.get(`/sessions?${asked(wanted, 1000, cursor)}`, halt.signal)
        rows.push(...page.items)
        setCount(rows.length)
        cursor = page.next
      } while (cursor && rows.length < exported)
      const head = ['id', 'flow', 'version', 'name', 'phone', 'status', 'outcome', 'node', 'started_at', 'ended_at']
      save('sessions.csv', csvOf(head, rows.map((row) => [row.id, names.get(row.flow) ?? row.flow, row.version, row.contact.name, row.contact.phone, row.status, row.outcome, row.node, row.started_at, row.ended_at])))
    } catch (problem) {
      if (!halt.signal.aborted) throw problem
    } finally {
      setStop(null)
      setCount(null)
    }
  }
  if (stop) return <Button onClick={() => stop.abort()} icon={<Icon name="stop" size={14} />}>{t('history.stopExport', { count: count ?? 0, number: (count ?? 0).toLocaleString(i18n.language) })}</Button>
  return <Button onClick={() => void run()} icon={<Icon name="dl" size={14} />}>{t('history.export')}</Button>
}
