/** Recordings: what callers said, and whole calls; heard here, downloaded, deleted by those who may. */
import { Popconfirm, Table, type TableColumnsType } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { recordings, type Recording } from '../api/sounds'
import { usePages } from '../api/usePages'
import { dayAndClock, span } from '../i18n/time'
import { Icon } from '../icons/Icon'
import type { IconName } from '../icons/paths'
import { Empty, Failed, More, PageHead, Skeleton } from './material/Frame'
import { troubleOf } from './material/problem'
import { useMay } from './material/useMay'
import './sounds/sounds.css'
import { Wave } from './sounds/Wave'

const everyHalfMinute = 30_000
const icons: Record<string, IconName> = { speech: 'listen', call: 'recordcall', room: 'conference', early: 'horn' }
const ask = (cursor: string | null) => recordings.list(cursor)

export function Recordings() {
  const { t, i18n } = useTranslation()
  const may = useMay()
  const { items, failed, next, busy, more, load } = usePages<Recording>(ask, everyHalfMinute)
  const [open, setOpen] = useState<string | null>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const remove = useCallback(async (id: string) => {
    setWrong(null)
    try {
      await recordings.remove(id)
      await load()
    } catch (problem) {
      setWrong(troubleOf(problem).message)
    }
  }, [load])
  const columns = useMemo<TableColumnsType<Recording>>(() => [
    {
      title: t('sounds.when'), key: 'when', render: (_, row) => (
        <button type="button" className="mt-link row" aria-expanded={open === row.id} onClick={() => setOpen(open === row.id ? null : row.id)}>
          <Icon name={open === row.id ? 'dn' : 'rt'} size={14} />{dayAndClock(new Date(row.ended_at), i18n.language)}
        </button>
      ),
    },
    { title: t('sounds.what'), key: 'kind', render: (_, row) => <span className="row"><Icon name={icons[row.kind] ?? 'record'} size={14} />{t(`sounds.kind.${row.kind}`, { defaultValue: row.kind })}</span> },
    { title: t('sounds.length'), key: 'seconds', width: 100, align: 'right', render: (_, row) => span(row.seconds) },
    { title: t('sounds.size'), key: 'size', width: 110, align: 'right', responsive: ['md'], render: (_, row) => <span className="i2">{kilobytes(row.size, i18n.language)}</span> },
    {
      title: '', key: 'acts', width: 100, align: 'right', render: (_, row) => (
        <span className="row" style={{ justifyContent: 'flex-end' }}>
          {may('recordings.hear') && <a className="btn g sm ic" href={recordings.content(row.id)} download aria-label={t('material.download')} title={t('material.download')}><Icon name="dl" size={14} /></a>}
          {may('recordings.delete') && (
            <Popconfirm title={t('sounds.removeWhat')} okText={t('sounds.remove', { length: span(row.seconds) })} cancelText={t('shell.cancel')} okButtonProps={{ danger: true }} onConfirm={() => void remove(row.id)}>
              <button type="button" className="btn g sm ic" aria-label={t('material.remove')} title={t('material.remove')}><Icon name="trash" size={14} /></button>
            </Popconfirm>
          )}
        </span>
      ),
    },
  ], [t, i18n.language, may, open, remove])

  return (
    <>
      <PageHead title={t('sounds.recordings')} />
      <main className="content mt">
        {failed !== null && <Failed title={t('sounds.recordingsNotLoaded')} detail={failed} kept={items !== null} onRetry={() => void load()} />}
        {wrong && <Failed title={t('material.notRemoved')} detail={wrong} />}
        {items === null && failed === null && <Skeleton />}
        {items?.length === 0 && <Empty icon="record" title={t('sounds.noRecordings')} text={t('sounds.noRecordingsWhat')} />}
        {items && items.length > 0 && (
          <div className="card mt-table" data-stale={failed !== null}>
            <Table<Recording>
              size="small" tableLayout="fixed" rowKey="id" columns={columns} dataSource={items} pagination={false}
              expandable={{ expandedRowKeys: open ? [open] : [], showExpandColumn: false, expandedRowRender: (row) => <Listen row={row} may={may('recordings.hear')} /> }}
            />
          </div>
        )}
        <More next={next} busy={busy} onMore={() => void more()} />
      </main>
    </>
  )
}

function Listen({ row, may }: { row: Recording; may: boolean }) {
  const { t } = useTranslation()
  const load = useCallback((signal: AbortSignal) => recordings.bytes(row.id, signal), [row.id])
  return (
    <div className="sounds-open">
      {may ? <Wave load={load} sides={[t('sounds.party'), t('sounds.heard')]} /> : <p className="i3">{t('sounds.notHeard')}</p>}
      <dl className="mt-dl">
        <dt>{t('sounds.session')}</dt><dd className="mono el" title={row.session}>{row.session}</dd>
        <dt>{t('sounds.leg')}</dt><dd className="mono el" title={row.leg}>{row.leg}</dd>
        <dt>SHA-256</dt><dd className="mono el" title={row.sha256}>{row.sha256}</dd>
      </dl>
    </div>
  )
}

function kilobytes(size: number, language: string): string {
  return size < 1_000_000 ? `${Math.ceil(size / 1_000).toLocaleString(language)} kB` : `${(size / 1_000_000).toLocaleString(language, { maximumFractionDigits: 1 })} MB`
}
