/** What starts flows: numbers called, words texted, records, dates, schedules; made, changed, switched off and on, let go. */
import { Button, Popconfirm, Switch, Table, type TableColumnsType } from 'antd'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { flows } from '../api/flows'
import { triggers, type AnyTrigger, type SeenTrigger } from '../api/lines'
import { records, type RecordType } from '../api/records'
import type { FlowRow } from '../api/types'
import { useRefreshed } from '../api/useRefreshed'
import { dayAndClock } from '../i18n/time'
import { Icon } from '../icons/Icon'
import type { IconName } from '../icons/paths'
import { Empty, Failed, PageHead, Search, Skeleton } from './material/Frame'
import { troubleOf } from './material/problem'
import { useMay } from './material/useMay'
import { Said } from './triggers/Said'

const TriggerForm = lazy(async () => ({ default: (await import('./triggers/TriggerForm')).TriggerForm }))
const everyHalfMinute = 30_000
const icons: Record<string, IconName> = { call: 'phone', sms: 'sms', fax: 'fax', missed_call: 'call', record: 'book', date: 'hours', schedule: 'clock', manual: 'people' }
interface Seen { triggers: AnyTrigger[]; flows: FlowRow[]; types: RecordType[] }

async function look(): Promise<Seen> {
  const [all, known, types] = await Promise.all([triggers.list(), flows.list(), records.types()])
  return { triggers: all.items, flows: known.items, types: types.items }
}

export function Triggers() {
  const { t, i18n } = useTranslation()
  const mayEdit = useMay()('flows.publish')
  const { data: seen, failed, load } = useRefreshed(look, everyHalfMinute)
  const [open, setOpen] = useState<SeenTrigger | 'new' | null>(null)
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const names = useMemo(() => new Map((seen?.flows ?? []).map((flow) => [flow.id, flow.name])), [seen])
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase()
    return (seen?.triggers ?? []).filter((one) => wanted === '' || [names.get(one.flow) ?? '', JSON.stringify(one)].some((words) => words.toLowerCase().includes(wanted)))
  }, [seen, names, text])
  const go = useCallback(async (deed: () => Promise<unknown>) => {
    setWrong(null)
    try {
      await deed()
      await load()
    } catch (problem) {
      setWrong(troubleOf(problem).message)
    }
  }, [load])
  const change = useCallback((id: string) => go(async () => setOpen(await triggers.one(id))), [go])
  const columns = useMemo<TableColumnsType<AnyTrigger>>(() => [
    { title: t('triggers.kind'), key: 'kind', width: 170, render: (_, row) => <span className="row"><Icon name={icons[row.kind] ?? 'flow'} size={14} />{t(`triggers.kinds.${row.kind}`, { defaultValue: row.kind })}</span> },
    { title: t('triggers.when'), key: 'when', ellipsis: true, render: (_, row) => <Said trigger={row} /> },
    { title: t('triggers.flow'), key: 'flow', width: 260, ellipsis: true, render: (_, row) => <Link className="el" to={`/flows/${row.flow}`}>{names.get(row.flow) ?? row.flow}</Link> },
    { title: t('triggers.since'), key: 'since', width: 140, align: 'right', responsive: ['lg'], render: (_, row) => <span className="i3 nw">{dayAndClock(new Date(row.created_at), i18n.language)}</span> },
    {
      title: t('triggers.on'), key: 'on', width: 136, align: 'right', render: (_, row) => (
        <span className="row" style={{ justifyContent: 'flex-end' }}>
          <Switch size="small" checked={row.enabled} disabled={!mayEdit} aria-label={t('triggers.switch', { kind: t(`triggers.kinds.${row.kind}`, { defaultValue: row.kind }) })} onChange={(on) => void go(() => triggers.enable(row.id, on))} />
          {mayEdit && <button type="button" className="btn g sm ic" aria-label={t('material.change')} title={t('material.change')} onClick={() => void change(row.id)}><Icon name="gear" size={14} /></button>}
          {mayEdit && (
            <Popconfirm title={t('triggers.removeWhat')} okText={t('triggers.remove')} cancelText={t('shell.cancel')} okButtonProps={{ danger: true }} onConfirm={() => void go(() => triggers.remove(row.id))}>
              <button type="button" className="btn g sm ic" aria-label={t('material.remove')} title={t('material.remove')}><Icon name="trash" size={14} /></button>
            </Popconfirm>
          )}
        </span>
      ),
    },
  ], [t, i18n.language, names, mayEdit, go, change])
  const make = mayEdit && <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setOpen('new')} data-testid="new-trigger">{t('triggers.new')}</Button>

  return (
    <>
      <PageHead title={t('triggers.title')} count={seen?.triggers.length}>
        {seen && seen.triggers.length > 0 && <><Search value={text} onChange={setText} placeholder={t('triggers.search')} />{make}</>}
      </PageHead>
      <main className="content mt">
        {failed !== null && <Failed title={t('triggers.notLoaded')} detail={failed} kept={seen !== null} onRetry={() => void load()} />}
        {wrong && <Failed title={t('material.notSaved')} detail={wrong} />}
        {seen === null && failed === null && <Skeleton />}
        {seen?.triggers.length === 0 && <Empty icon="flow" title={t('triggers.none')} text={t('triggers.noneWhat')}>{make}</Empty>}
        {seen && seen.triggers.length > 0 && shown.length === 0 && <Empty icon="search" title={t('triggers.noneFits')}><Button onClick={() => setText('')}>{t('triggers.showAll')}</Button></Empty>}
        {shown.length > 0 && (
          <div className="card mt-table" data-stale={failed !== null}>
            <Table<AnyTrigger> size="small" tableLayout="fixed" rowKey="id" columns={columns} dataSource={shown} pagination={shown.length > 100 ? { pageSize: 100, showSizeChanger: false } : false} onRow={(row) => ({ 'data-kind': row.kind }) as React.HTMLAttributes<HTMLElement>} />
          </div>
        )}
      </main>
      <Suspense fallback={null}>
        {open && seen && <TriggerForm key={open === 'new' ? 'new' : open.data.id} seen={open === 'new' ? null : open} flows={seen.flows} types={seen.types} onClose={() => setOpen(null)} onKept={() => { setOpen(null); void load() }} />}
      </Suspense>
    </>
  )
}
