/** Faxes: what went out and came in, what became of each, and its pages. */
import { Segmented, Select, Table, type TableColumnsType } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { assets, faxes, type Fax } from '../api/sounds'
import { usePages } from '../api/usePages'
import { dayAndClock, span } from '../i18n/time'
import { Icon } from '../icons/Icon'
import { Empty, Failed, More, PageHead, Skeleton } from './material/Frame'
import { FaxPages } from './sounds/FaxPages'
import './sounds/sounds.css'

const every = 15_000
const fates = ['sent', 'received', 'busy', 'no_answer', 'failed', 'unknown'] as const
const looks: Record<string, string> = { sent: 'chip ok', received: 'chip ok', busy: 'chip wa', no_answer: 'chip wa', failed: 'chip er', unknown: 'chip er' }

export function Faxes() {
  const { t, i18n } = useTranslation()
  const [direction, setDirection] = useState('')
  const [fate, setFate] = useState('')
  const ask = useCallback((cursor: string | null) => faxes.list(direction, fate, cursor), [direction, fate])
  const { items, failed, next, busy, more, load } = usePages<Fax>(ask, every)
  const [open, setOpen] = useState<string | null>(null)
  const columns = useMemo<TableColumnsType<Fax>>(() => [
    {
      title: t('sounds.when'), key: 'when', width: 170, render: (_, row) => (
        <button type="button" className="mt-link row" aria-expanded={open === row.id} onClick={() => setOpen(open === row.id ? null : row.id)}>
          <Icon name={open === row.id ? 'dn' : 'rt'} size={14} />{dayAndClock(new Date(row.started_at), i18n.language)}
        </button>
      ),
    },
    { title: t('sounds.way'), key: 'way', width: 110, render: (_, row) => <span className="row"><Icon name={row.direction === 'in' ? 'faxin' : 'fax'} size={14} />{t(`sounds.${row.direction}`)}</span> },
    { title: t('sounds.other'), key: 'other', ellipsis: true, render: (_, row) => <span className="el">{row.direction === 'in' ? row.caller : row.called}{row.station && <span className="i3"> · {row.station}</span>}</span> },
    { title: t('sounds.document'), key: 'document', ellipsis: true, responsive: ['md'], render: (_, row) => <span className="i2 el" title={row.document ?? ''}>{row.document ?? (row.asset ? t('sounds.pdf') : '–')}</span> },
    { title: t('sounds.pages'), key: 'pages', width: 80, align: 'right', render: (_, row) => row.pages },
    { title: t('sounds.fate'), key: 'fate', width: 210, render: (_, row) => <span className="row"><span className={row.fate ? looks[row.fate] : 'chip br'}>{t(`sounds.fate_is.${row.fate ?? 'on_its_way'}`, { defaultValue: row.fate ?? '' })}</span>{row.cause && <span className="i3 t12 el" title={row.cause}>{row.cause}</span>}</span> },
    { title: t('sounds.by'), key: 'by', width: 150, align: 'right', responsive: ['lg'], render: (_, row) => <span className="i3">{[row.medium === 't38' ? 'T.38' : row.medium === 'audio' ? 'G.711' : '', row.rate ? `${row.rate} bit/s` : ''].filter(Boolean).join(' · ')}</span> },
  ], [t, i18n.language, open])
  const filtering = direction !== '' || fate !== ''

  return (
    <>
      <PageHead title={t('sounds.faxes')}>
        <Segmented<string> value={direction} onChange={setDirection} options={[{ value: '', label: t('sounds.both') }, { value: 'in', label: t('sounds.in') }, { value: 'out', label: t('sounds.out') }]} />
        <Select<string> allowClear style={{ width: 130 }} value={fate || null} placeholder={t('sounds.anyFate')} aria-label={t('sounds.fate')} options={fates.map((one) => ({ value: one, label: t(`sounds.fate_is.${one}`) }))} onChange={(one?: string) => setFate(one ?? '')} />
      </PageHead>
      <main className="content mt">
        {failed !== null && <Failed title={t('sounds.faxesNotLoaded')} detail={failed} kept={items !== null} onRetry={() => void load()} />}
        {items === null && failed === null && <Skeleton />}
        {items?.length === 0 && <Empty icon="fax" title={filtering ? t('sounds.noFaxFits') : t('sounds.noFaxes')} {...(filtering ? {} : { text: t('sounds.noFaxesWhat') })} />}
        {items && items.length > 0 && (
          <div className="card mt-table" data-stale={failed !== null}>
            <Table<Fax>
              size="small" tableLayout="fixed" rowKey="id" columns={columns} dataSource={items} pagination={false}
              expandable={{ expandedRowKeys: open ? [open] : [], showExpandColumn: false, expandedRowRender: (row) => <OneFax row={row} /> }}
            />
          </div>
        )}
        <More next={next} busy={busy} onMore={() => void more()} />
      </main>
    </>
  )
}

function OneFax({ row }: { row: Fax }) {
  const { t } = useTranslation()
  const took = row.ended_at ? (Date.parse(row.ended_at) - Date.parse(row.started_at)) / 1000 : null
  return (
    <div className="sounds-open">
      <FaxPages fax={row} />
      <dl className="mt-dl">
        <dt>{t('sounds.from')}</dt><dd>{row.caller || '–'}</dd>
        <dt>{t('sounds.to')}</dt><dd>{row.called || '–'}</dd>
        <dt>{t('sounds.trunk')}</dt><dd>{row.trunk ?? '–'}</dd>
        <dt>{t('sounds.took')}</dt><dd>{took === null ? '–' : span(took)}</dd>
        <dt>{t('sounds.session')}</dt><dd className="mono el" title={row.session}>{row.session}</dd>
        {row.asset && <><dt>{t('sounds.document')}</dt><dd><a href={assets.content(row.asset)} download>{t('sounds.asPdf')}</a></dd></>}
      </dl>
    </div>
  )
}
