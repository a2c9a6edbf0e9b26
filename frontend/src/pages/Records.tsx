/** Records by type: looked through, one with its history, put in by a file, taken out as one. */
import { Button, Dropdown, Select } from 'antd'
import { lazy, Suspense, useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useMe } from '../api/me'
import { records, type RecordType } from '../api/records'
import { usePages } from '../api/usePages'
import { useRefreshed } from '../api/useRefreshed'
import { Icon } from '../icons/Icon'
import { Empty, Failed, More, PageHead, Search, Skeleton } from './material/Frame'
import { useLater } from './material/useLater'
import { useMay } from './material/useMay'
import { titleOf } from './records/fields'
import { RecordTable } from './records/RecordTable'
import './records/records.css'

const OneRecord = lazy(async () => ({ default: (await import('./records/OneRecord')).OneRecord }))
const Upload = lazy(async () => ({ default: (await import('./records/Upload')).Upload }))
const TypeEditor = lazy(async () => ({ default: (await import('./records/TypeEditor')).TypeEditor }))
const everyMinute = 60_000
const types = async () => (await records.types()).items
const formats = ['csv', 'xlsx', 'ndjson'] as const

export function Records() {
  const { t, i18n } = useTranslation()
  const may = useMay()
  const { data: kinds, failed, load } = useRefreshed(types, everyMinute)
  const [query, setQuery] = useSearchParams()
  const [open, setOpen] = useState<'type' | 'new' | 'upload' | null>(null)
  const [uploads, setUploads] = useState(0)
  const type = kinds?.find((one) => one.type === query.get('type')) ?? kinds?.[0]
  const close = () => setOpen(null)
  const look = (name: string) => setQuery({ type: name })

  return (
    <>
      <PageHead title={t('records.title')}>
        {type && (
          <>
            <Select<string>
              className="records-type" value={type.type} aria-label={t('records.type')} onChange={look}
              options={(kinds ?? []).map((one) => ({ value: one.type, label: nameOf(one, i18n.language) }))}
            />
            {may('material.edit') && <Button icon={<Icon name="gear" size={14} />} title={t('records.changeType')} aria-label={t('records.changeType')} onClick={() => setOpen('type')} />}
            {may('material.edit') && <Button icon={<Icon name="plus" size={14} />} onClick={() => setOpen('new')}>{t('records.newType')}</Button>}
            {may('records.write') && <Button type="primary" onClick={() => setOpen('upload')} data-testid="upload">{t('records.upload')}</Button>}
          </>
        )}
      </PageHead>
      <main className="content mt">
        {failed !== null && <Failed title={t('records.notLoaded')} detail={failed} kept={kinds !== null} onRetry={() => void load()} />}
        {kinds === null && failed === null && <Skeleton />}
        {kinds?.length === 0 && (
          <Empty icon="book" title={t('records.noTypes')} text={t('records.noTypesWhat')}>
            {may('material.edit') && <Button type="primary" onClick={() => setOpen('new')}>{t('records.newType')}</Button>}
          </Empty>
        )}
        {type && <OfType key={`${type.type} ${uploads}`} type={type} />}
      </main>
      <Suspense fallback={null}>
        {open === 'upload' && type && <Upload type={type} onClose={close} onDone={() => setUploads((before) => before + 1)} />}
        {(open === 'new' || (open === 'type' && type)) && (
          <TypeEditor type={open === 'type' && type ? type : null} taken={(kinds ?? []).map((one) => one.type)} onClose={close} onKept={(name) => { close(); void load(); look(name) }} />
        )}
      </Suspense>
    </>
  )
}

function nameOf(type: RecordType, language: string): string {
  const title = titleOf(type.schema, type.type, language)
  return title === type.type ? title : `${title} · ${type.type}`
}

function OfType({ type }: { type: RecordType }) {
  const { t } = useTranslation()
  const { me } = useMe()
  const [query, setQuery] = useSearchParams()
  const [text, setText] = useState('')
  const [asking, setAsking] = useState(false)
  const [when, setWhen] = useState('')
  const asked = { text: useLater(text).trim(), when: useLater(asking ? when : '', 600).trim() }
  const ask = useCallback((cursor: string | null) => records.list(type.type, { text: asked.text, when: asked.when }, cursor), [type.type, asked.text, asked.when])
  const { items, failed, next, more, load, busy } = usePages(ask, everyMinute)
  const key = query.get('key')
  const open = (found: string | null) => setQuery(found === null ? { type: type.type } : { type: type.type, key: found })
  const searching = asked.text !== '' || asked.when !== ''

  return (
    <>
      <div className="records-bar">
        <Search value={text} onChange={setText} placeholder={t('records.search')} wide />
        <Button type={asking ? 'default' : 'text'} icon={<Icon name="filter" size={14} />} aria-expanded={asking} onClick={() => setAsking(!asking)}>{t('records.condition')}</Button>
        {asking && (
          <label className="fld records-when">
            <input className="mono" value={when} placeholder="record.ward == 'cardio'" aria-label={t('records.condition')} onChange={(event) => setWhen(event.target.value)} />
          </label>
        )}
        <span className="sp" />
        <Dropdown
          trigger={['click']}
          menu={{ items: formats.map((format) => ({ key: format, label: <a href={records.exportPath(type.type, asked, format)} download>{t(`records.as.${format}`)}</a> })) }}
        >
          <Button icon={<Icon name="dl" size={14} />}>{searching ? t('records.exportFound') : t('records.export')}</Button>
        </Dropdown>
      </div>
      {failed !== null && <Failed title={t('records.notLoaded')} detail={failed} kept={items !== null} onRetry={() => void load()} />}
      {items === null && failed === null && <Skeleton />}
      {items?.length === 0 && next === null && (searching
        ? <Empty icon="search" title={t('records.noneFits')}><Button onClick={() => { setText(''); setWhen('') }}>{t('records.showAll')}</Button></Empty>
        : <Empty icon="book" title={t('records.none')} text={t('records.noneWhat')} />)}
      {items && items.length > 0 && <RecordTable type={type} rows={items} stale={failed !== null || (busy && searching)} onOpen={open} />}
      {items?.length === 0 && next !== null && <p className="i2 t12">{t('records.readOn')}</p>}
      <More next={next} busy={busy} onMore={() => void more()} />
      <Suspense fallback={null}>
        {key !== null && <OneRecord type={type} recordKey={key} role={me?.role ?? ''} onClose={() => open(null)} onChanged={() => void load()} />}
      </Suspense>
    </>
  )
}
