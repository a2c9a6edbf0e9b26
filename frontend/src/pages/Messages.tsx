/** Texts and mail, both ways, as threads: each with its fate, what failed sent again, what waits answered. */
import { App, Button, Select } from 'antd'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { type Message, messages, type MessagesWanted, timeOf } from '../api/messages'
import type { Page } from '../api/types'
import { useRefreshed } from '../api/useRefreshed'
import { dayAndClock } from '../i18n/time'
import { Icon, Tile } from '../icons/Icon'
import { csvOf, save } from './history/csv'
import { OneThread } from './history/OneThread'
import { type Thread, threadsOf } from './history/threads'
import './history/history.css'

const refreshEvery = 10_000
const ONE_MESSAGE = { maxCount: 1, duration: 5 }
type Show = 'all' | 'inbox' | 'failed'

export function Messages() {
  const { t } = useTranslation()
  const [query, setQuery] = useSearchParams()
  const show: Show = query.get('show') === 'failed' ? 'failed' : query.get('show') === 'inbox' ? 'inbox' : 'all'
  const peer = query.get('with')
  const [text, setText] = useState('')
  const [number, setNumber] = useState('')
  const wanted = useMemo<MessagesWanted>(() => ({ limit: 300, number, ...(show === 'failed' ? { state: 'failed,unknown' } : show === 'inbox' ? { became: 'inbox', handled: false } : {}) }), [show, number])
  const look = useCallback(() => messages.list(wanted), [wanted])
  const { data, failed, load } = useRefreshed<Page<Message>>(look, refreshEvery)
  useEffect(() => {
    document.title = `${t('history.messages')} · Callweave`
  }, [t])
  useEffect(() => {
    const timer = setTimeout(() => setNumber(text.trim()), 350)
    return () => clearTimeout(timer)
  }, [text])
  const threads = useMemo(() => threadsOf(data?.items ?? []), [data])
  const set = (change: Record<string, string | null>) => {
    const next = { ...(show === 'all' ? {} : { show }), ...(peer ? { with: peer } : {}), ...change }
    setQuery(Object.fromEntries(Object.entries(next).flatMap(([name, value]) => (value ? [[name, value]] : []))), { replace: true })
  }
  const rows = data?.items ?? []
  const table = () => save('messages.csv', csvOf(['id', 'time', 'direction', 'medium', 'sender', 'receiver', 'subject', 'text', 'state', 'reason', 'price', 'currency'], rows.map((one) => [one.id, timeOf(one), one.direction, one.medium, one.sender, one.receiver, one.subject, one.text, one.state, one.reason, one.price, one.currency])))
  const chosen = peer ? (threads.find((one) => one.peer === peer) ?? null) : null
  return (
    <App component={false} message={ONE_MESSAGE}>
      <header className="hdr hs-hdr">
        <h1 className="t16 b">{t('history.messages')}</h1>
        <span className="sp" />
        <Button onClick={table} disabled={rows.length === 0} icon={<Icon name="dl" size={14} />}>{t('history.exportShown', { count: rows.length })}</Button>
      </header>
      <main className="content ms" data-one={peer !== null}>
        <section className="card ms-list" aria-label={t('history.messages')}>
          <div className="ms-bar">
            <label className="fld q"><Icon name="search" size={14} /><input type="search" value={text} placeholder={t('history.numberOrMail')} aria-label={t('history.findMessages')} onChange={(event) => setText(event.target.value)} /></label>
            <Select<Show> value={show} aria-label={t('history.show')} popupMatchSelectWidth={false} options={[{ value: 'all', label: t('history.all') }, { value: 'inbox', label: t('history.inbox') }, { value: 'failed', label: t('history.failed') }]} onChange={(value) => set({ show: value === 'all' ? null : value, with: null })} />
          </div>
          {failed !== null && <div className="hs-trouble" role="alert"><Icon name="err" size={14} /><span className="grow">{t('history.notLoaded')}</span><Button size="small" onClick={() => void load()}>{t('shell.retry')}</Button></div>}
          {data === null && failed === null && <div className="hs-skeleton" aria-busy="true"><span className="skel" style={{ height: 16, width: 200 }} /></div>}
          {data && threads.length === 0 && <div className="hs-empty"><Icon name="sms" size={20} /><span className="b">{t('history.noMessages')}</span></div>}
          <ul data-testid="threads">{threads.map((one) => <li key={one.key}><Row thread={one} on={one.peer === peer} onChoose={() => set({ with: one.peer })} /></li>)}</ul>
        </section>
        <section className="card ms-one" aria-label={peer ?? t('history.messages')}>
          {peer ? <OneThread key={peer} peer={peer} medium={chosen?.medium ?? (peer.includes('@') ? 'mail' : 'sms')} onBack={() => set({ with: null })} onChanged={() => void load()} /> : <div className="ms-hint i3">{t('history.choose')}</div>}
        </section>
      </main>
    </App>
  )
}

function Row({ thread, on, onChoose }: { thread: Thread; on: boolean; onChoose: () => void }) {
  const { t, i18n } = useTranslation()
  const newest = thread.messages[0]
  if (!newest) return null
  const at = timeOf(newest)
  return (
    <button type="button" className="ms-thread" aria-current={on || undefined} onClick={onChoose}>
      <Tile icon={thread.medium} medium={thread.medium} small />
      <span className="b el">{thread.peer}</span>
      <span className="t11 i3 nw">{at && dayAndClock(new Date(at), i18n.language)}</span>
      <span className="t12 i2 el">{thread.waits && <span className="chip wa">{t('history.waits')}</span>}{thread.failed && <span className="chip er">{t('history.notArrived')}</span>} {newest.subject ?? newest.text}</span>
    </button>
  )
}
