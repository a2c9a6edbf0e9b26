/** Trunks as rows, in the order in which they are tried. */
import { Table, type TableColumnsType } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Trunk } from '../../api/lines'
import { dayAndClock } from '../../i18n/time'
import { loadOf, stateOf, type TrunkState } from './trunk'

const looks: Record<TrunkState, string> = { ready: 'chip ol', away: 'chip er', unregistered: 'chip wa', off: 'chip', unknown: 'chip' }

export function TrunkTable({ rows, stale, onOpen }: { rows: Trunk[]; stale: boolean; onOpen: (trunk: Trunk) => void }) {
  const { t, i18n } = useTranslation()
  const columns = useMemo<TableColumnsType<Trunk>>(() => [
    { title: t('lines.name'), key: 'name', render: (_, row) => <button type="button" className="mt-link el" onClick={() => onOpen(row)}>{row.name}</button> },
    { title: t('lines.where'), key: 'where', ellipsis: true, responsive: ['md'], render: (_, row) => <span className="i2 el">{row.host ? `${row.host}:${row.port} · ${row.transport.toUpperCase()}${row.srtp ? ' · SRTP' : ''}` : t('lines.endpointIs', { name: row.endpoint })}</span> },
    { title: t('lines.state'), key: 'state', width: 190, render: (_, row) => <State row={row} /> },
    { title: t('lines.patterns'), key: 'patterns', ellipsis: true, responsive: ['lg'], render: (_, row) => <span className="i2 mono el">{row.patterns.length > 0 ? row.patterns.join(' ') : t('lines.allNumbers')}</span> },
    { title: t('lines.calls'), key: 'calls', width: 170, align: 'right', render: (_, row) => <Load row={row} /> },
    { title: t('lines.perSecond'), key: 'rate', width: 110, align: 'right', responsive: ['lg'], render: (_, row) => <span className="i2">{row.per_second?.toLocaleString(i18n.language) ?? t('lines.noLimit')}</span> },
  ], [t, i18n.language, onOpen])
  return (
    <div className="mt-table" data-stale={stale}>
      <Table<Trunk> size="small" tableLayout="fixed" rowKey="name" columns={columns} dataSource={rows} pagination={false} onRow={(row) => ({ 'data-trunk': row.name }) as React.HTMLAttributes<HTMLElement>} />
    </div>
  )
}

function State({ row }: { row: Trunk }) {
  const { t, i18n } = useTranslation()
  const state = stateOf(row)
  const since = row.seen_at && state !== 'off' ? dayAndClock(new Date(row.seen_at), i18n.language) : null
  return (
    <span className="row">
      <span className={looks[state]}>{state === 'ready' && <span className="pt okc" />}{t(`lines.is.${state}`)}</span>
      {since && <span className="i3 t12 nw">{since}</span>}
    </span>
  )
}

function Load({ row }: { row: Trunk }) {
  const { i18n } = useTranslation()
  const load = loadOf(row)
  return (
    <span className="lines-load">
      <span>{row.in_use.toLocaleString(i18n.language)}{row.at_once !== null && <span className="i3"> / {row.at_once.toLocaleString(i18n.language)}</span>}</span>
      {load !== null && <span className="bar" data-full={load >= 0.9} aria-hidden="true"><i style={{ width: `${Math.round(load * 100)}%` }} /></span>}
    </span>
  )
}
