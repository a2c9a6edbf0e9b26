/** Sources as rows: is it running, how far behind, what was not taken, what is wrong. */
import { Table, type TableColumnsType } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { SourceRow, SourceState } from '../../api/sources'
import { dayAndClock, span } from '../../i18n/time'

/** A lag that people should look at, in seconds. */
const late = 60
const looks: Record<SourceState, string> = { starting: 'chip', running: 'chip ol', failing: 'chip er', paused: 'chip wa', off: 'chip' }

export function SourceTable({ rows, stale }: { rows: SourceRow[]; stale: boolean }) {
  const { t, i18n } = useTranslation()
  const columns = useMemo<TableColumnsType<SourceRow>>(
    () => [
      { title: t('sources.name'), key: 'name', render: (_, row) => <Named row={row} /> },
      { title: t('sources.kind'), key: 'kind', width: 90, responsive: ['sm'], render: (_, row) => <span className="i2">{row.kind}</span> },
      { title: t('sources.state'), key: 'state', width: 130, render: (_, row) => <State row={row} /> },
      { title: t('sources.lag'), key: 'lag', width: 170, align: 'right', render: (_, row) => <Lag row={row} /> },
      { title: t('sources.rejected'), key: 'rejected', width: 100, align: 'right', responsive: ['md'], render: (_, row) => <Rejected row={row} /> },
      {
        title: t('sources.last'), key: 'last', width: 140, align: 'right', responsive: ['md'],
        render: (_, row) => <span className="i3 nw">{row.status?.record_at ? dayAndClock(new Date(row.status.record_at), i18n.language) : t('sources.nothingYet')}</span>,
      },
    ],
    [t, i18n.language],
  )
  if (rows.length === 0) return <p className="sources-none i3 t12">{t('sources.noneBehind')}</p>
  return (
    <div className="sources-table" data-stale={stale}>
      <Table<SourceRow> size="small" tableLayout="fixed" rowKey="name" columns={columns} dataSource={rows} pagination={false} />
    </div>
  )
}

function Named({ row }: { row: SourceRow }) {
  const error = row.status?.error
  return (
    <div className="grow">
      <div className="b el" title={row.name}>{row.name}</div>
      {error && <div className="sources-error t12 el" title={error}>{error}</div>}
    </div>
  )
}

function State({ row }: { row: SourceRow }) {
  const { t } = useTranslation()
  const words: Record<SourceState, string> = {
    starting: t('sources.starting'), running: t('sources.running'), failing: t('sources.failing'), paused: t('sources.paused'), off: t('sources.off'),
  }
  if (!row.status) return <span className="i3">{t('sources.unknown')}</span>
  return <span className={looks[row.status.state]}>{row.status.state === 'running' && <span className="pt okc" />}{words[row.status.state]}</span>
}

/** How long the oldest record on its way has been waiting, and how many there are. */
function Lag({ row }: { row: SourceRow }) {
  const { t } = useTranslation()
  const status = row.status
  if (!status) return <span className="i3">–</span>
  if (status.waiting === 0) return <span className="i3">{t('sources.upToDate')}</span>
  const seconds = status.lag_seconds ?? 0
  return (
    <span className={seconds > late ? 'chip wa' : 'i2 nw'}>
      {span(seconds)} · {t('sources.waiting', { count: status.waiting })}
    </span>
  )
}

function Rejected({ row }: { row: SourceRow }) {
  const { t } = useTranslation()
  if (!row.status?.rejected) return <span className="i3">0</span>
  return <span className="chip wa">{t('sources.rows', { count: row.status.rejected })}</span>
}
