/** A trigger made or changed: its kind, its flow, and what its kind has to know; the server's faults stand at their fields. */
import { Alert, Button, Checkbox, Drawer, Form, Input, Select } from 'antd'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { triggers, type SeenTrigger } from '../../api/lines'
import type { RecordType } from '../../api/records'
import type { FlowRow } from '../../api/types'
import { dayAndClock } from '../../i18n/time'
import { Item, others } from '../material/Item'
import { useKeeping } from '../material/useKeeping'
import { useLater } from '../material/useLater'
import { titleOf } from '../records/fields'
import { type Draft, type Kind, bodyOf, days, draftOf, empty, kinds } from './triggers'

const shownMoments = 3
const paths = ['flow', 'number', 'keyword', 'record_type', 'on', 'changed', 'when', 'cancel_when', 'once', 'field', 'offset', 'at', 'if_past', 'rrule', 'audience', 'kind']

interface Props { seen: SeenTrigger | null; flows: FlowRow[]; types: RecordType[]; onClose: () => void; onKept: () => void }

export function TriggerForm({ seen, flows, types, onClose, onKept }: Props) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const [draft, setDraft] = useState<Draft>(() => seen ? draftOf(seen.data) : { ...empty, kind: types.length > 0 ? 'record' : 'call', record_type: types[0]?.type ?? null })
  const { trouble, busy, go, forget } = useKeeping(onKept)
  const put = (change: Partial<Draft>) => { forget(); setDraft((before) => ({ ...before, ...change })) }
  const { kind } = draft
  const type = types.find((one) => one.type === draft.record_type)
  const fields = Object.entries(type?.schema.properties ?? {}).map(([name, schema]) => ({ value: name, label: titleOf(schema, name, i18n.language) }))
  const faults = trouble?.errors ?? []
  const rest = others(faults, paths)

  const save = () => go(() => (seen ? triggers.change(seen, bodyOf(draft)) : triggers.make(bodyOf(draft))))
  const text = (name: 'number' | 'keyword' | 'offset' | 'at' | 'when' | 'cancel_when' | 'times' | 'rrule', placeholder: string, help?: string, mono = false) => (
    <Item id={`${id}-${name}`} path={name === 'times' ? 'rrule' : name} label={t(`triggers.field.${name}`)} faults={faults} help={help}>
      <Input id={`${id}-${name}`} className={mono ? 'mono' : ''} value={draft[name] ?? ''} placeholder={placeholder} onChange={(event) => put({ [name]: event.target.value })} />
    </Item>
  )
  const choice = (name: 'record_type' | 'changed' | 'field' | 'once' | 'if_past' | 'audience', options: { value: string; label: string }[], placeholder = '') => (
    <Item id={`${id}-${name}`} path={name} label={t(`triggers.field.${name}`)} faults={faults}>
      <Select<string> id={`${id}-${name}`} allowClear value={draft[name]} placeholder={placeholder} options={options} onChange={(value?: string) => put({ [name]: value ?? null })} />
    </Item>
  )
  const ofTypes = types.map((one) => ({ value: one.type, label: titleOf(one.schema, one.type, i18n.language) }))
  const conditions = (
    <>
      {text('when', "record.ward == 'cardio'", undefined, true)}
      {text('cancel_when', "record.state == 'cancelled'", t('triggers.cancelWhat'), true)}
      {choice('once', ['record', 'contact', 'day'].map((one) => ({ value: one, label: t(`triggers.once.${one}`) })), t('triggers.once.always'))}
    </>
  )
  const published = flows.filter((one) => one.published !== null || one.id === draft.flow)

  return (
    <Drawer
      open size={520} title={seen ? t('triggers.change') : t('triggers.new')} onClose={onClose}
      footer={<div className="mt-foot"><span className="sp" /><Button onClick={onClose}>{t('shell.cancel')}</Button><Button type="primary" loading={busy} disabled={draft.flow === null} onClick={() => void save()} data-testid="keep-trigger">{seen ? t('material.save') : t('triggers.make')}</Button></div>}
    >
      <Form className="mt-form" layout="vertical" requiredMark={false}>
        <Item id={`${id}-kind`} path="kind" label={t('triggers.kind')} faults={faults} help={t(`triggers.what.${kind}`)}>
          <Select<Kind> id={`${id}-kind`} value={kind} disabled={seen !== null} options={kinds.map((one) => ({ value: one, label: t(`triggers.kinds.${one}`) }))} onChange={(next) => put({ kind: next })} />
        </Item>
        {(kind === 'call' || kind === 'fax' || kind === 'missed_call') && text('number', '02088886666')}
        {kind === 'sms' && <>{text('number', t('triggers.anyNumber'))}{text('keyword', t('triggers.keywordSample'))}</>}
        {kind === 'record' && (
          <>
            {choice('record_type', ofTypes)}
            <Item id={`${id}-on`} path="on" label={t('triggers.field.on')} faults={faults}><Checkbox.Group value={draft.on} options={['created', 'updated'].map((one) => ({ value: one, label: t(`triggers.on_${one}`) }))} onChange={(on) => put({ on: on as string[] })} /></Item>
            {draft.on.includes('updated') && choice('changed', fields, t('triggers.anyField'))}
            {conditions}
          </>
        )}
        {kind === 'date' && (
          <>
            <div className="mt-two">{choice('record_type', ofTypes)}{choice('field', fields)}</div>
            <div className="mt-two">{text('offset', '-1d', t('triggers.offsetWhat'))}{text('at', '10:00')}</div>
            {choice('if_past', ['skip', 'start'].map((one) => ({ value: one, label: t(`triggers.past.${one}`) })), t('triggers.past.skip'))}
            {conditions}
          </>
        )}
        {kind === 'schedule' && (
          <>
            {draft.rrule !== null && text('rrule', 'FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9', undefined, true)}
            {draft.rrule === null && <><Item id={`${id}-days`} path="rrule.days" label={t('triggers.field.days')} faults={[]}><Checkbox.Group value={draft.days} options={days.map((day, place) => ({ value: day, label: new Intl.DateTimeFormat(i18n.language, { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + place))) }))} onChange={(on) => put({ days: on as string[] })} /></Item>
            {text('times', '09:00, 14:00', t('triggers.timesWhat'))}</>}
            <Moments draft={draft} />
            {choice('audience', ofTypes, t('triggers.once_'))}
            {draft.audience && text('when', "record.ward == 'cardio'", undefined, true)}
          </>
        )}
        <Item id={`${id}-flow`} path="flow" label={t('triggers.flow')} faults={faults} help={published.length === 0 ? t('triggers.nonePublished') : undefined}>
          <Select<string> id={`${id}-flow`} showSearch={{ optionFilterProp: 'label' }} value={draft.flow} options={published.map((one) => ({ value: one.id, label: one.name }))} onChange={(flow) => put({ flow })} />
        </Item>
        {trouble && (faults.length === 0 || rest.length > 0) && <Alert type="error" showIcon title={seen ? t('material.notSaved') : t('triggers.notMade')} description={rest.length > 0 ? rest.map((fault) => <div key={fault.path + fault.message}>{fault.message}</div>) : trouble.message} />}
      </Form>
    </Drawer>
  )
}

/** When a schedule comes next, by the server's reckoning. */
function Moments({ draft }: { draft: Draft }) {
  const { t, i18n } = useTranslation()
  const late = useLater(JSON.stringify(bodyOf({ ...draft, audience: null })))
  const [said, setSaid] = useState('')
  useEffect(() => {
    let gone = false
    const ask = async () => {
      const body = JSON.parse(late) as Record<string, unknown>
      if (body['flow'] === '') return setSaid('')
      const { moments } = await triggers.preview(body)
      if (!gone) setSaid(moments.slice(0, shownMoments).map((one) => dayAndClock(new Date(one), i18n.language)).join(t('material.between')))
    }
    // What is wrong is said at the field when it is kept.
    void ask().catch(() => { if (!gone) setSaid('') })
    return () => { gone = true }
  }, [late, i18n.language, t])
  return said === '' ? null : <p className="i2 t12">{t('triggers.next', { moments: said })}</p>
}
