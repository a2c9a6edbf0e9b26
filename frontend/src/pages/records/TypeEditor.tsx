/** A record type: its fields, which of them tells records apart, which say who is reached, and who is shown what. */
import { Alert, Button, Drawer, Form, Input, Select, Switch, Tooltip } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { records, type RecordType } from '../../api/records'
import { Icon } from '../../icons/Icon'
import { Item, others } from '../material/Item'
import { useKeeping } from '../material/useKeeping'
import type { Kind } from './fields'
import { type FieldRow, type PartName, type TypeDraft, draftOf, emptyType, newField, parts, typeOfDraft } from './recordType'
import './records.css'

const kinds: Kind[] = ['text', 'number', 'whole', 'yes_no', 'date', 'moment', 'choice']
const roles = ['designer', 'operator', 'auditor']

export function TypeEditor({ type, taken, onClose, onKept }: { type: RecordType | null; taken: readonly string[]; onClose: () => void; onKept: (name: string) => void }) {
  const { t } = useTranslation()
  const id = useId()
  const [draft, setDraft] = useState<TypeDraft>(() => (type ? draftOf(type) : emptyType()))
  const { trouble, busy, go } = useKeeping(() => onKept(draft.type))
  const names = draft.fields.map((field) => field.name).filter((name) => name !== '')
  const options = names.map((name) => ({ value: name, label: name }))
  const already = type === null && taken.includes(draft.type)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  const incomplete = draft.type === '' || draft.fields.some((field) => field.name === '') || twice !== undefined || already
  const faults = trouble?.errors ?? []
  const rest = others(faults, ['type', 'key', ...parts, ...names.map((name) => `schema.properties.${name}`)])
  const put = (place: number, field: FieldRow) => setDraft({ ...draft, fields: draft.fields.map((one, at) => (at === place ? field : one)) })
  const part = (name: PartName) => (
    <Item key={name} id={`${id}-${name}`} path={name} label={t(`records.part.${name}`)} faults={faults}>
      <Select<string> id={`${id}-${name}`} allowClear value={draft.part[name]} options={options} onChange={(value?: string) => setDraft({ ...draft, part: { ...draft.part, [name]: value ?? null } })} />
    </Item>
  )

  return (
    <Drawer
      open size={640} title={type ? t('records.typeOf', { type: type.type }) : t('records.newType')} onClose={onClose}
      footer={<div className="mt-foot"><span className="i3 t12">{t('records.typeWhat')}</span><span className="sp" /><Button onClick={onClose}>{t('shell.cancel')}</Button><Button type="primary" loading={busy} disabled={incomplete} onClick={() => void go(() => records.putType(typeOfDraft(draft)))}>{t('material.save')}</Button></div>}
    >
      <Form className="mt-form" layout="vertical" requiredMark={false}>
        {type === null && (
          <div className="mt-two">
            <Item id={`${id}-type`} path="type" label={t('records.typeName')} faults={already ? [{ path: 'type', message: t('records.taken') }] : faults} help={t('records.typeNameWhat')}>
              <Input id={`${id}-type`} value={draft.type} maxLength={64} placeholder="visit" onChange={(event) => setDraft({ ...draft, type: event.target.value.toLowerCase().replace(/[^a-z0-9_]/g, '_').replace(/^[^a-z]+/, '') })} />
            </Item>
            <Item id={`${id}-title`} path="schema.title" label={t('records.typeTitle')} faults={faults}>
              <Input id={`${id}-title`} value={draft.title} maxLength={80} onChange={(event) => setDraft({ ...draft, title: event.target.value })} />
            </Item>
          </div>
        )}
        <section>
          <div className="row" style={{ marginBottom: 6 }}><h3 className="b">{t('records.fields')}</h3><span className="sp" /><Button size="small" icon={<Icon name="plus" size={12} />} onClick={() => setDraft({ ...draft, fields: [...draft.fields, newField('')] })}>{t('records.addField')}</Button></div>
          <div className="records-fields">
            <div className="records-field head" aria-hidden="true"><span>{t('records.fieldName')}</span><span>{t('records.fieldTitle')}</span><span>{t('records.fieldKind')}</span><span /><span /></div>
            {draft.fields.map((field, place) => (
              <FieldLine key={place} field={field} faults={faults.filter((fault) => fault.path.startsWith(`schema.properties.${field.name}`))} onChange={(next) => put(place, next)} onRemove={() => setDraft({ ...draft, fields: draft.fields.filter((_, at) => at !== place) })} />
            ))}
          </div>
          {twice !== undefined && <p className="mt-err t12">{t('records.twice', { name: twice })}</p>}
        </section>
        <div className="mt-two">
          <Item id={`${id}-key`} path="key" label={t('records.part.key')} faults={faults} help={t('records.keyWhat')}>
            <Select<string> id={`${id}-key`} value={draft.key} options={options} onChange={(key) => setDraft({ ...draft, key })} />
          </Item>
          {part('contact')}
        </div>
        <div className="mt-two">{part('name')}{part('phone')}</div>
        <div className="mt-two">{part('email')}{part('language')}</div>
        <div className="mt-two">{part('time_zone')}{part('source_version')}</div>
        {trouble && (faults.length === 0 || rest.length > 0) && <Alert type="error" showIcon title={t('material.notSaved')} description={faults.length === 0 ? trouble.message : rest.map((fault) => <div key={fault.path}>{fault.path}: {fault.message}</div>)} />}
      </Form>
    </Drawer>
  )
}

function FieldLine({ field, faults, onChange, onRemove }: { field: FieldRow; faults: readonly { path: string; message: string }[]; onChange: (field: FieldRow) => void; onRemove: () => void }) {
  const { t } = useTranslation()
  const [more, setMore] = useState(field.roles !== null)
  const options = [...kinds, ...(field.kind === 'other' ? (['other'] as const) : [])].map((kind) => ({ value: kind as Kind, label: t(`records.kind.${kind}`) }))
  return (
    <div className="records-field">
      <Input size="small" autoFocus={field.name === ''} value={field.name} aria-label={t('records.fieldName')} placeholder="ward" onChange={(event) => onChange({ ...field, name: event.target.value.replace(/\s/g, '_') })} />
      <Input size="small" value={field.title} aria-label={t('records.fieldTitle')} onChange={(event) => onChange({ ...field, title: event.target.value })} />
      <Select<Kind> size="small" value={field.kind} aria-label={t('records.fieldKind')} options={options} onChange={(kind) => onChange({ ...field, kind })} />
      <Tooltip title={t('records.fieldMore')}><button type="button" className={`btn g sm ic${field.required || field.roles ? ' on' : ''}`} aria-label={t('records.fieldMore')} aria-expanded={more} onClick={() => setMore(!more)}><Icon name={field.roles ? 'lock' : 'more'} size={14} /></button></Tooltip>
      <button type="button" className="btn g sm ic" aria-label={t('records.removeField', { name: field.name })} onClick={onRemove}><Icon name="x" size={14} /></button>
      {field.kind === 'choice' && <Input size="small" className="records-choices" value={field.choices} aria-label={t('records.choices')} placeholder={t('records.choices')} onChange={(event) => onChange({ ...field, choices: event.target.value })} />}
      {more && (
        <div className="row records-choices" style={{ gridColumn: '1 / -1' }}>
          <label className="row i2 t12"><Switch size="small" checked={field.required} onChange={(required) => onChange({ ...field, required })} />{t('records.required')}</label>
          <span className="i2 t12 nw">{t('records.shownTo')}</span>
          <Select<string[]> size="small" mode="tags" allowClear style={{ flex: 1 }} placeholder={t('records.everybody')} value={field.roles ?? []} aria-label={t('records.shownTo')} options={roles.map((role) => ({ value: role, label: t(`shell.role.${role}`, { defaultValue: role }) }))} onChange={(given) => onChange({ ...field, roles: given.length > 0 ? given : null })} />
        </div>
      )}
      {faults.map((fault) => <span key={fault.path + fault.message} className="mt-err t12">{fault.message}</span>)}
    </div>
  )
}
