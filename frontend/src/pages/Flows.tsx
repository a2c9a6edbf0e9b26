/** The list of flows: what each is for, what is live of it, and the way into its drawing. */
import { Button } from 'antd'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { flows } from '../api/flows'
import type { FlowRow } from '../api/types'
import { useRefreshed } from '../api/useRefreshed'
import { Icon } from '../icons/Icon'
import { FlowTable } from './flows/FlowTable'
import { useMaking } from './material/useMaking'
import { useMay } from './material/useMay'
import './flows/flows.css'

const refreshEvery = 10_000
const list = async (): Promise<FlowRow[]> => (await flows.list()).items
/** The dialog and its fields come when they are asked for: the list is there sooner. */
const NewFlow = lazy(async () => ({ default: (await import('./flows/NewFlow')).NewFlow }))
const ImportFlow = lazy(async () => ({ default: (await import('./flows/ImportFlow')).ImportFlow }))

export function Flows() {
  const { t, i18n } = useTranslation()
  const { data: rows, failed, load } = useRefreshed(list, refreshEvery)
  const may = useMay()('flows.edit')
  const [text, setText] = useState('')
  const [making, setMaking] = useMaking<'blank' | 'copy' | 'file'>('blank')

  useEffect(() => {
    document.title = `${t('flows.title')} · Callweave`
  }, [t])

  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase()
    const fits = (row: FlowRow) => [row.name, row.description, ...(row.triggers ?? []).map((one) => one.number)].some((one) => one?.toLowerCase().includes(wanted))
    return [...(rows ?? [])].filter(fits).sort((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at))
  }, [rows, text])

  return (
    <>
      <header className="hdr">
        <h1 className="t16 b">{t('flows.title')}</h1>
        {rows && <span className="i3" data-testid="flow-count">{rows.length.toLocaleString(i18n.language)}</span>}
        <span className="sp" />
        <label className="fld q flows-search">
          <Icon name="search" size={14} />
          <input type="search" value={text} placeholder={t('flows.searchWhat')} aria-label={t('flows.search')} onChange={(event) => setText(event.target.value)} />
        </label>
        {may && <Button icon={<Icon name="inbox" size={14} />} onClick={() => setMaking('file')} data-testid="import-flow">{t('versions.import')}</Button>}
        {may && <Button type={rows?.length === 0 ? 'default' : 'primary'} icon={<Icon name="plus" size={14} />} onClick={() => setMaking('blank')} data-testid="new-flow">{t('flows.new')}</Button>}
      </header>
      <main className="content">
        {failed !== null && <Failed detail={failed} kept={rows !== null} onRetry={() => void load()} />}
        {rows === null && failed === null && <Skeleton />}
        {rows?.length === 0 && <Empty onBlank={() => setMaking('blank')} />}
        {rows && rows.length > 0 && shown.length === 0 && (
          <div className="card flows-empty">
            <span className="b">{t('flows.noneFits', { text })}</span>
            <Button onClick={() => setText('')}>{t('flows.showAll')}</Button>
          </div>
        )}
        {shown.length > 0 && <FlowTable rows={shown} stale={failed !== null} />}
      </main>
      <Suspense fallback={null}>
        {making === 'file' && <ImportFlow onClose={() => setMaking(null)} />}
        {may && making !== null && making !== 'file' && <NewFlow key={making} open existing={rows ?? []} onClose={() => setMaking(null)} />}
      </Suspense>
    </>
  )
}

function Empty({ onBlank }: { onBlank: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="card flows-empty">
      <Icon name="flow" size={20} />
      <span className="b">{t('flows.none')}</span>
      <span className="i2">{t('flows.noneWhat')}</span>
      <Button type="primary" onClick={onBlank}>{t('flows.first')}</Button>
    </div>
  )
}

function Failed({ detail, kept, onRetry }: { detail: string; kept: boolean; onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="card flows-failed" role="alert">
      <Icon name="err" />
      <div className="grow">
        <div className="b">{t('flows.notLoaded')}</div>
        <div className="i2 t12">{kept ? t('flows.notLoadedKept') : t('flows.notLoadedSafe')}</div>
        <details className="i3 t12"><summary>{t('shell.details')}</summary><code className="mono">{detail}</code></details>
      </div>
      <Button icon={<Icon name="retry" size={14} />} onClick={onRetry}>{t('shell.retry')}</Button>
    </div>
  )
}

function Skeleton() {
  return (
    <div className="card flows-skeleton" aria-busy="true">
      {[260, 210, 320, 180].map((width) => (
        <div key={width}><span className="skel" style={{ width, height: 16 }} /><span className="skel" style={{ width: 64, height: 20 }} /></div>
      ))}
    </div>
  )
}
