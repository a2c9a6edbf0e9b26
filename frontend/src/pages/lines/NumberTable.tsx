/** The organisation's numbers, and what is started when somebody calls, texts or faxes each. */
import { Button, Table, type TableColumnsType } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { AnyTrigger, OwnNumber } from '../../api/lines'
import { Icon } from '../../icons/Icon'
import type { IconName } from '../../icons/paths'
import type { Seen } from '../Lines'

const icons: Record<string, IconName> = { call: 'phone', sms: 'sms', fax: 'fax', missed_call: 'call' }

export function NumberTable({ seen, stale, onOpen, onNew }: { seen: Seen; stale: boolean; onOpen: (number: OwnNumber) => void; onNew: (() => void) | null }) {
  const { t } = useTranslation()
  const flowNames = useMemo(() => new Map(seen.flows.map((flow) => [flow.id, flow.name])), [seen.flows])
  const columns = useMemo<TableColumnsType<OwnNumber>>(() => [
    { title: t('lines.number'), key: 'number', width: 190, render: (_, row) => <button type="button" className="mt-link el" onClick={() => onOpen(row)}>{row.number}</button> },
    { title: t('lines.region'), key: 'region', width: 150, ellipsis: true, responsive: ['lg'], render: (_, row) => <span className="i2 el">{row.region || '–'}</span> },
    { title: t('lines.trunk'), key: 'trunk', width: 140, responsive: ['md'], render: (_, row) => <span className="i2">{row.trunk ?? t('lines.anyTrunk')}</span> },
    { title: t('lines.starts'), key: 'starts', render: (_, row) => <Starts row={row} triggers={seen.triggers} names={flowNames} /> },
    { title: t('lines.shown'), key: 'shown', width: 120, align: 'right', responsive: ['md'], render: (_, row) => <span className="i2">{row.shown ? t('material.yes') : t('material.no')}</span> },
  ], [t, seen.triggers, flowNames, onOpen])
  if (seen.numbers.length === 0) return <div className="mt-pad row"><span className="i2">{t('lines.noNumbers')}</span><span className="sp" />{onNew && <Button onClick={onNew}>{t('lines.newNumber')}</Button>}</div>
  return (
    <div className="mt-table" data-stale={stale}>
      <Table<OwnNumber> size="small" tableLayout="fixed" rowKey="number" columns={columns} dataSource={seen.numbers} pagination={seen.numbers.length > 100 ? { pageSize: 100, showSizeChanger: false } : false} />
    </div>
  )
}

/** Triggers on this number; the flow that a call starts is the server's word, however the number is written. */
export function startsOf(number: OwnNumber, triggers: readonly AnyTrigger[]): { kind: string; flow: string }[] {
  const spellings = new Set([number.number, number.e164 ?? number.number])
  const own = triggers.filter((one) => one.number !== null && spellings.has(one.number) && one.enabled).map((one) => ({ kind: one.kind, flow: one.flow }))
  const called = number.flow
  return called !== null && !own.some((one) => one.flow === called && (one.kind === 'call' || one.kind === 'fax')) ? [{ kind: 'call', flow: called }, ...own] : own
}

function Starts({ row, triggers, names }: { row: OwnNumber; triggers: readonly AnyTrigger[]; names: ReadonlyMap<string, string> }) {
  const { t } = useTranslation()
  const starts = startsOf(row, triggers)
  if (starts.length === 0) return <span className="i3">{t('lines.startsNothing')}</span>
  return (
    <span className="lines-starts">
      {starts.map((one) => (
        <Link key={one.kind + one.flow} to={`/flows/${one.flow}`} className="row" title={t(`lines.by.${one.kind}`, { defaultValue: one.kind })}>
          <Icon name={icons[one.kind] ?? 'flow'} size={14} /><span className="el">{names.get(one.flow) ?? one.flow}</span>
        </Link>
      ))}
    </span>
  )
}
