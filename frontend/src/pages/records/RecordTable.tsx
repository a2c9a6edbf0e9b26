/** Records as rows: the key, who it is, and as many other fields as there is room for. */
import { Table, type TableColumnsType } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useMe } from '../../api/me'
import type { RecordRow, RecordType } from '../../api/records'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { columnsOf, valueText } from './fields'

export function RecordTable({ type, rows, stale, onOpen }: { type: RecordType; rows: RecordRow[]; stale: boolean; onOpen: (key: string) => void }) {
  const { t, i18n } = useTranslation()
  const role = useMe((state) => state.me?.role ?? '')
  const columns = useMemo<TableColumnsType<RecordRow>>(() => {
    const words = { yes: t('material.yes'), no: t('material.no') }
    const fields = columnsOf(type, i18n.language, role).map((field, place) => ({
      title: <span className="el" title={field.name}>{field.title}</span>,
      key: field.name,
      ellipsis: true,
      ...(place > 2 ? { responsive: ['lg' as const] } : {}),
      render: (_: unknown, row: RecordRow) => {
        const text = valueText(row.data[field.name], i18n.language, words)
        if (field.name === type.key) return <button type="button" className="mt-link el" onClick={() => onOpen(row.key)}>{text}</button>
        return <span className="el" title={text}>{text}</span>
      },
    }))
    return [
      ...fields,
      {
        title: t('records.person'), key: 'person', width: 64, align: 'center', responsive: ['md'],
        render: (_, row) => row.contact && <Link to={`/contacts/${row.contact}`} className="btn g sm ic" title={t('records.toPerson')} aria-label={t('records.toPerson')}><Icon name="people" size={14} /></Link>,
      },
      { title: t('records.updated'), key: 'updated', width: 130, align: 'right', responsive: ['md'], render: (_, row) => <span className="i3 nw">{dayAndClock(new Date(row.updated_at), i18n.language)}</span> },
    ]
  }, [t, i18n.language, type, role, onOpen])
  return (
    <div className="card mt-table" data-stale={stale} data-click="true">
      <Table<RecordRow>
        size="small" tableLayout="fixed" rowKey="id" columns={columns} dataSource={rows} pagination={false}
        onRow={(row) => ({
          onClick: (event) => {
            if (!(event.target as HTMLElement).closest('a, button') && !window.getSelection()?.toString()) onOpen(row.key)
          },
        })}
      />
    </div>
  )
}
