/**
 * Flows as rows; a click anywhere on one opens its drawing. A plain table: the list is the first page that most people see,
 * and antd's table, which can do much more, would be a third of all the script that it waits for.
 */
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import type { FlowRow } from '../../api/types'
import { languageName } from '../../form/languages'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'

const numbersShown = 2
const AT_ONCE = 100

interface Column { key: string; width?: number; right?: boolean; /** Left out on narrower screens. */ from?: 'md' | 'lg' | 'xl'; show: (row: FlowRow) => ReactNode }

export function FlowTable({ rows, stale }: { rows: FlowRow[]; stale: boolean }) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const [most, setMost] = useState(AT_ONCE)
  const columns: Column[] = [
    { key: 'name', show: (row) => <Name row={row} /> },
    { key: 'version', width: 110, show: (row) => <Published row={row} /> },
    { key: 'issues', width: 170, from: 'md', show: (row) => <Issues row={row} /> },
    { key: 'numbers', width: 170, from: 'lg', show: (row) => <Numbers row={row} /> },
    { key: 'languages', width: 130, from: 'xl', show: (row) => <span className="i2 el">{row.languages.map(languageName).join(t('flows.between'))}</span> },
    { key: 'live', width: 84, right: true, show: (row) => <Live row={row} /> },
    { key: 'changed', width: 120, right: true, from: 'md', show: (row) => <span className="i3 nw">{dayAndClock(new Date(row.updated_at), i18n.language)}</span> },
  ]
  const looks = ({ right, from }: Column) => [right && 'ar', from && `from-${from}`].filter(Boolean).join(' ')
  return (
    <div className="card flows-table" data-stale={stale}>
      <table>
        <thead>
          <tr>{columns.map((column) => <th key={column.key} scope="col" className={looks(column)} style={{ width: column.width }}>{t(`flows.${column.key}`)}</th>)}</tr>
        </thead>
        <tbody>
          {rows.slice(0, most).map((row) => (
            <tr
              key={row.id} data-flow={row.id}
              onClick={(event) => {
                if (!(event.target as HTMLElement).closest('a') && !window.getSelection()?.toString()) void navigate(`/flows/${row.id}`)
              }}
            >
              {columns.map((column) => <td key={column.key} className={looks(column)}>{column.show(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > most && <button type="button" className="btn g flows-more" onClick={() => setMost(most + AT_ONCE)}>{t('flows.more', { count: rows.length - most })}</button>}
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
