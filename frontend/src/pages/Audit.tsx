/** Every change: when, who, from where, what; filtered, exported, and checked for being whole. */
import { Button, DatePicker, Input, Table, type TableColumnsType } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { audit, type AuditEntry, type AuditWish } from '../api/rights'
import { usePages } from '../api/usePages'
import { dayAndClock } from '../i18n/time'
import { Icon } from '../icons/Icon'
import { Differences } from './audit/Differences'
import { Whole } from './audit/Whole'
import './audit/audit.css'
import { Empty, Failed, More, PageHead, Skeleton } from './material/Frame'

const every = 30_000
const nothing: AuditWish = { by: '', action: '', object: '', since: null, until: null }
const icons = { user: 'people', key: 'key', command: 'screen' } as const

export function Audit() {
  const { t, i18n } = useTranslation()
  const [wish, setWish] = useState<AuditWish>(nothing)
  const ask = useCallback((cursor: string | null) => audit.list(wish, cursor), [wish])
  const { items, failed, next, busy, more, load } = usePages<AuditEntry>(ask, every)
  const [open, setOpen] = useState<string | null>(null)
  const change = (part: Partial<AuditWish>) => setWish((before) => ({ ...before, ...part }))

  const columns = useMemo<TableColumnsType<AuditEntry>>(() => [
    {
      title: t('rights.when'), key: 'when', width: 150, render: (_, row) => (
        <button type="button" className="mt-link audit-when" aria-expanded={open === row.id} onClick={() => setOpen(open === row.id ? null : row.id)}>
          <Icon name={open === row.id ? 'dn' : 'rt'} size={14} />{dayAndClock(new Date(row.at), i18n.language)}
        </button>
      ),
    },
    {
      title: t('rights.who'), key: 'who', width: 220, render: (_, row) => (
        <span className="row audit-who">
          <Icon name={icons[row.by.kind]} size={14} />
          <button type="button" className="audit-pick el" title={row.by.name} onClick={() => setWish((before) => ({ ...before, by: row.by.name }))}>{row.by.name}</button>
          {row.by.role && <span className="i3 t12 nw">{t(`shell.role.${row.by.role}`, { defaultValue: row.by.role })}</span>}
        </span>
      ),
    },
    { title: t('rights.what'), key: 'what', ellipsis: true, render: (_, row) => <What row={row} onPick={(part) => setWish((before) => ({ ...before, ...part }))} /> },
    { title: t('rights.from'), key: 'from', width: 150, align: 'right', responsive: ['md'], render: (_, row) => <span className="mono i2">{row.address || '–'}</span> },
  ], [t, i18n.language, open])
  const filtering = Object.values(wish).some(Boolean)

  return (
    <>
      <PageHead title={t('rights.audit')}>
        <Whole />
        <Button icon={<Icon name="dl" size={14} />} href={audit.table(wish)} download="audit.csv">{t('rights.export')}</Button>
      </PageHead>
      <main className="content mt">
        <div className="row audit-filters" role="search" aria-label={t('rights.filters')}>
          <Input value={wish.by} placeholder={t('rights.who')} aria-label={t('rights.who')} onChange={(event) => change({ by: event.target.value })} />
          <Input value={wish.object} placeholder={t('rights.object')} aria-label={t('rights.object')} onChange={(event) => change({ object: event.target.value })} />
          <DatePicker.RangePicker
            aria-label={t('rights.time')} allowEmpty={[true, true]}
            onChange={(days) => change({ since: days?.[0]?.startOf('day').toISOString() ?? null, until: days?.[1]?.endOf('day').toISOString() ?? null })}
          />
          {wish.action && <button type="button" className="chip br audit-chip" onClick={() => change({ action: '' })}>{words(t, wish.action)}<Icon name="x" size={12} /><span className="keys-sr">{t('rights.unfilter')}</span></button>}
        </div>
        {failed !== null && <Failed title={t('rights.auditNotLoaded')} detail={failed} kept={items !== null} onRetry={() => void load()} />}
        {items === null && failed === null && <Skeleton />}
        {items?.length === 0 && <Empty icon="shield" title={filtering ? t('rights.noChangeFits') : t('rights.noChanges')} {...(filtering ? {} : { text: t('rights.noChangesWhat') })} />}
        {items && items.length > 0 && (
          <div className="card mt-table" data-stale={failed !== null} data-testid="audit">
            <Table<AuditEntry>
              size="small" tableLayout="fixed" rowKey="id" columns={columns} dataSource={items} pagination={false}
              expandable={{ expandedRowKeys: open ? [open] : [], showExpandColumn: false, expandedRowRender: (row) => <Differences row={row} /> }}
            />
          </div>
        )}
        <More next={next} busy={busy} onMore={() => void more()} />
      </main>
    </>
  )
}

function What({ row, onPick }: { row: AuditEntry; onPick: (part: Partial<AuditWish>) => void }) {
  const { t } = useTranslation()
  const after = row.detail['after'] as Record<string, unknown> | undefined
  const named = after?.['name']
  const name = typeof named === 'string' && named !== '' ? named : null
  const isFlow = row.kind === 'flows' && row.object !== null
  const made = row.action === 'flows.create_flow'
  return (
    <span className="row audit-what">
      <button type="button" className="audit-pick b nw" onClick={() => onPick({ action: row.action })}>{words(t, row.action)}</button>
      {isFlow && <Link className="el" to={`/flows/${row.object}`}>{(made && name) || t('rights.theFlow')}</Link>}
      {name && !made && <span className="el">{name}</span>}
      {row.object && <button type="button" className="audit-pick mono i3 el" title={row.object} onClick={() => onPick({ object: row.object ?? '' })}>{row.object.length === 36 ? row.object.slice(-8) : row.object}</button>}
    </span>
  )
}

function words(t: (key: string, options: Record<string, unknown>) => string, action: string): string {
  return t(`audited.${action.replace(/\W/g, '_')}`, { defaultValue: action })
}
