/** A record's fields as they can be written; what is wrong stands at each, in the server's words. */
import { Alert, Button, Form, Input, Select, Switch } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { records, type Data, type RecordRow, type RecordType } from '../../api/records'
import type { JsonSchema } from '../../api/types'
import { Item, others } from '../material/Item'
import { useKeeping } from '../material/useKeeping'
import { fieldsOf, kindOf, readValue } from './fields'

export function RecordForm({ type, row, role, onClose, onKept }: { type: RecordType; row: RecordRow; role: string; onClose: () => void; onKept: () => void }) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const [changes, setChanges] = useState<Data>({})
  const { trouble, busy, go } = useKeeping(onKept)
  const fields = fieldsOf(type, i18n.language, role, row.data).filter((field) => !field.hidden && field.name !== type.key)
  const put = (name: string, value: unknown) => setChanges({ ...changes, [name]: value === '' || value === undefined ? null : value })
  const faults = trouble?.errors ?? []
  const rest = others(faults, fields.map((field) => field.name))
  return (
    <Form className="mt-form" layout="vertical" requiredMark={false}>
      {fields.map((field) => (
        <Item key={field.name} id={`${id}-${field.name}`} path={field.name} label={field.title} faults={faults}>
          <Value id={`${id}-${field.name}`} schema={field.schema} value={field.name in changes ? changes[field.name] : row.data[field.name]} onChange={(value) => put(field.name, value)} />
        </Item>
      ))}
      {trouble && (faults.length === 0 || rest.length > 0) && (
        <Alert type="error" showIcon title={t('material.notSaved')} description={faults.length === 0 ? trouble.message : rest.map((fault) => <div key={fault.path}>{fault.path}: {fault.message}</div>)} />
      )}
      <div className="mt-foot">
        <span className="sp" />
        <Button onClick={onClose}>{t('shell.cancel')}</Button>
        <Button type="primary" loading={busy} disabled={Object.keys(changes).length === 0} onClick={() => void go(() => records.change(row, changes))}>{t('material.save')}</Button>
      </div>
    </Form>
  )
}

function Value({ id, schema, value, onChange }: { id: string; schema: JsonSchema; value: unknown; onChange: (value: unknown) => void }) {
  const kind = kindOf(schema)
  if (kind === 'yes_no') return <Switch id={id} checked={value === true} onChange={onChange} />
  if (kind === 'choice') {
    return <Select id={id} allowClear value={value ?? null} options={(schema.enum ?? []).map((one) => ({ value: one as string, label: String(one) }))} onChange={(next) => onChange(next)} />
  }
  const written = value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return <Text id={id} written={written} onChange={(text) => onChange(text === '' ? '' : readValue(text, schema))} />
}

/** Keeps what is being typed ("1." on the way to 1.5), and hands on what it means. */
function Text({ id, written, onChange }: { id: string; written: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(written)
  return <Input id={id} value={text} onChange={(event) => { setText(event.target.value); onChange(event.target.value) }} />
}
