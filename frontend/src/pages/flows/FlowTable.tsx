/** Flows as rows; a click anywhere on one opens its drawing. */
import { Table, type TableColumnsType } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import type { FlowRow } from '../../api/types'
import { languageName } from '../../form/languages'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'

const numbersShown = 2

export function FlowTable({ rows, stale }: { rows: FlowRow[]; stale: boolean }) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const columns = useMemo<TableColumnsType<FlowRow>>(
    () => [
      { title: t('flows.name'), key: 'name', render: (_, row) => <Name row={row} /> },
      { title: t('flows.version'), key: 'version', width: 110, render: (_, row) => <Published row={row} /> },
      { title: t('flows.issues'), key: 'issues', width: 170, responsive: ['md'], render: (_, row) => <Issues row={row} /> },
      { title: t('flows.numbers'), key: 'numbers', width: 170, responsive: ['lg'], render: (_, row) => <Numbers row={row} /> },
      { title: t('flows.languages'), key: 'languages', width: 130, responsive: ['xl'], render: (_, row) => <span className="i2 el">{row.languages.map(languageName).join(t('flows.between'))}</span> },
      { title: t('flows.live'), key: 'live', width: 84, align: 'right', render: (_, row) => <Live row={row} /> },
      { title: t('flows.changed'), key: 'changed', width: 120, align: 'right', responsive: ['md'], render: (_, row) => <span className="i3 nw">{dayAndClock(new Date(row.updated_at), i18n.language)}</span> },
    ],
    [t, i18n.language],
  )
  return (
    <div className="card flows-table" data-stale={stale}>
      <Table<FlowRow>
        size="small"
        tableLayout="fixed"
        rowKey="id"
        columns={columns}
        dataSource={rows}
        pagination={rows.length > 100 ? { pageSize: 100, showSizeChanger: false } : false}
        onRow={(row) => ({
          'data-flow': row.id,
          onClick: (event) => {
            if (!(event.target as HTMLElement).closest('a') && !window.getSelection()?.toString()) void navigate(`/flows/${row.id}`)
          },
        }) as React.HTMLAttributes<HTMLElement>}
      />
    </div>
  )
}

function Name({ row }: { row: FlowRow }) {
  const { t } = useTranslation()
  return (
    <div className="flows-name">
      <Icon name="flow" />
      <div className="grow">
        <Link to={`/flows/${row.id}`} className="b el" title={row.name}>{row.name || t('flows.unnamed')}</Link>
        {row.description && <div className="i3 t12 el" title={row.description}>{row.description}</div>}
      </div>
    </div>
  )
}

function Published({ row }: { row: FlowRow }) {
  const { t } = useTranslation()
  if (row.published === null) return <span className="chip wa">{t('flows.draft')}</span>
  return <span className="chip ol"><span className="pt okc" />{t('flows.online', { version: row.published })}</span>
}

/** Errors before warnings, each with its word: colour never stands alone. */
function Issues({ row }: { row: FlowRow }) {
  const { t } = useTranslation()
  if (row.errors === 0 && row.warnings === 0) return <span className="i3">{t('flows.noIssues')}</span>
  return (
    <span className="row">
      {row.errors > 0 && <span className="chip er">{t('flows.errors', { count: row.errors })}</span>}
      {row.warnings > 0 && <span className="chip wa">{t('flows.warnings', { count: row.warnings })}</span>}
    </span>
  )
}

function Numbers({ row }: { row: FlowRow }) {
  const { t } = useTranslation()
  const numbers = (row.triggers ?? []).map((one) => one.number).filter((one): one is string => Boolean(one))
  if (numbers.length === 0) return <span className="i3">{t('flows.noNumber')}</span>
  const more = numbers.length - numbersShown
  return (
    <span className="row i2 nw" title={numbers.join(t('flows.between'))}>
      <Icon name="phone" size={14} />
      {numbers.slice(0, numbersShown).join(t('flows.between'))}
      {more > 0 && <span className="i3">{t('flows.more', { count: more })}</span>}
    </span>
  )
}

function Live({ row }: { row: FlowRow }) {
  const { t, i18n } = useTranslation()
  if (!row.live) return <span className="i3">0</span>
  return (
    <Link to={`/flows/${row.id}/follow`} className="chip br" title={t('flows.follow')}>
      <span className="pt" />
      {row.live.toLocaleString(i18n.language)}
    </Link>
  )
}
