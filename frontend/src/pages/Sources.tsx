/** Where records come from: each connector with what lies behind it, and what the platform reads itself; how far behind. */
import { Button } from 'antd'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sources, type Connector, type SourceRow } from '../api/sources'
import { useRefreshed } from '../api/useRefreshed'
import { dayAndClock } from '../i18n/time'
import { Icon } from '../icons/Icon'
import { SourceTable } from './sources/SourceTable'
import './sources/sources.css'

const refreshEvery = 5_000
const NewConnector = lazy(async () => ({ default: (await import('./sources/NewConnector')).NewConnector }))
interface Seen { rows: SourceRow[]; connectors: Connector[] }

async function look(): Promise<Seen> {
  const [rows, connectors] = await Promise.all([sources.list(), sources.connectors()])
  return { rows: rows.items, connectors: connectors.items }
}

export function Sources() {
  const { t } = useTranslation()
  const { data: seen, failed, load } = useRefreshed(look, refreshEvery)
  const [making, setMaking] = useState(false)

  useEffect(() => {
    document.title = `${t('sources.title')} · Callweave`
  }, [t])

  const own = seen?.rows.filter((row) => row.connector === null) ?? []
  const empty = seen !== null && seen.connectors.length === 0 && own.length === 0
  return (
    <>
      <header className="hdr">
        <h1 className="t16 b">{t('sources.title')}</h1>
        {seen && <span className="i3" data-testid="source-count">{seen.rows.length}</span>}
        <span className="sp" />
        <Button type={empty ? 'default' : 'primary'} icon={<Icon name="plus" size={14} />} onClick={() => setMaking(true)} data-testid="new-connector">{t('sources.newConnector')}</Button>
      </header>
      <main className="content sources">
        {failed !== null && (
          <div className="card sources-failed" role="alert">
            <Icon name="err" />
            <div className="grow">
              <div className="b">{t('sources.notLoaded')}</div>
              {seen && <div className="i2 t12">{t('sources.keptRows')}</div>}
              <details className="i3 t12"><summary>{t('shell.details')}</summary><code className="mono">{failed}</code></details>
            </div>
            <Button icon={<Icon name="retry" size={14} />} onClick={() => void load()}>{t('shell.retry')}</Button>
          </div>
        )}
        {seen === null && failed === null && <div className="card sources-skeleton" aria-busy="true"><span className="skel" style={{ width: 260, height: 16 }} /></div>}
        {empty && (
          <div className="card sources-empty">
            <Icon name="lookup" size={20} />
            <span className="b">{t('sources.none')}</span>
            <span className="i2">{t('sources.noneWhat')}</span>
            <Button type="primary" onClick={() => setMaking(true)}>{t('sources.newConnector')}</Button>
          </div>
        )}
        {seen?.connectors.map((connector) => (
          <section key={connector.id} className="card sources-group" data-connector={connector.id} aria-label={connector.name}>
            <ConnectorHead connector={connector} />
            <SourceTable rows={seen.rows.filter((row) => row.connector === connector.id)} stale={failed !== null || !connector.connected} />
          </section>
        ))}
        {own.length > 0 && (
          <section className="card sources-group" aria-label={t('sources.platform')}>
            <div className="sources-head"><Icon name="lookup" /><h2 className="t14 b">{t('sources.platform')}</h2></div>
            <SourceTable rows={own} stale={failed !== null} />
          </section>
        )}
      </main>
      <Suspense fallback={null}>
        {making && <NewConnector onClose={() => setMaking(false)} onMade={() => void load()} />}
      </Suspense>
    </>
  )
}

function ConnectorHead({ connector }: { connector: Connector }) {
  const { t, i18n } = useTranslation()
  const since = connector.seen_at && dayAndClock(new Date(connector.seen_at), i18n.language)
  const away = since ? t('sources.awaySince', { time: since }) : t('sources.neverSeen')
  return (
    <div className="sources-head">
      <Icon name="link" />
      <h2 className="t14 b el" title={connector.name}>{connector.name}</h2>
      {connector.connected ? <span className="chip ol"><span className="pt okc" />{t('sources.connected')}</span> : <span className="chip wa">{away}</span>}
      {connector.error && <span className="sources-error t12 el" title={connector.error}>{connector.error}</span>}
    </div>
  )
}
