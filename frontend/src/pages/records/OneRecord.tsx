/** One record: its fields, changed by hand where one may, its person, and each version that it had. */
import { Button, Drawer, Popconfirm } from 'antd'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { records, type RecordRow, type RecordType } from '../../api/records'
import { useRefreshed } from '../../api/useRefreshed'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { Failed, Skeleton } from '../material/Frame'
import { type Trouble, troubleOf } from '../material/problem'
import { useMay } from '../material/useMay'
import { fieldsOf, titleOf, valueText } from './fields'
import { OfTriggers } from './OfTriggers'
import { RecordForm } from './RecordForm'
import { Versions } from './Versions'
import './records.css'

interface Props { type: RecordType; recordKey: string; role: string; onClose: () => void; onChanged: () => void }
const every = 30_000

export function OneRecord({ type, recordKey, role, onClose, onChanged }: Props) {
  const { t, i18n } = useTranslation()
  const mayWrite = useMay()('records.write')
  const ask = useCallback(() => records.one(type.type, recordKey), [type.type, recordKey])
  const { data: row, failed, load } = useRefreshed(ask, every)
  const [editing, setEditing] = useState(false)
  const [trouble, setTrouble] = useState<Trouble | null>(null)

  const remove = async (gone: RecordRow) => {
    try {
      await records.remove(gone)
      onChanged()
      onClose()
    } catch (problem) {
      setTrouble(troubleOf(problem))
    }
  }
  const person = row && type.name && typeof row.data[type.name] === 'string' ? String(row.data[type.name]) : null
  return (
    <Drawer
      open onClose={onClose} size={560} title={<span className="row"><span className="b">{person ?? recordKey}</span>{person && <span className="i3 mono">{recordKey}</span>}<span className="chip">{titleOf(type.schema, type.type, i18n.language)}</span></span>}
      extra={row && !editing && mayWrite && <Button size="small" onClick={() => setEditing(true)}>{t('material.change')}</Button>}
    >
      <div className="mt">
        {failed !== null && <Failed title={t('records.recordNotLoaded')} detail={failed} kept={row !== null} onRetry={() => void load()} />}
        {trouble && <Failed title={t('material.notRemoved')} detail={trouble.message} />}
        {row === null && failed === null && <Skeleton rows={4} />}
        {row && editing && <RecordForm type={type} row={row} role={role} onClose={() => setEditing(false)} onKept={() => { setEditing(false); void load(); onChanged() }} />}
        {row && !editing && <Facts type={type} row={row} role={role} />}
        {row && (
          <div className="row">
            {row.contact && <Link to={`/contacts/${row.contact}`} className="row"><Icon name="people" size={14} />{t('records.toPerson')}</Link>}
            <span className="sp" />
            {mayWrite && <Popconfirm title={t('records.removeWhat')} okText={t('records.remove', { key: recordKey })} cancelText={t('shell.cancel')} okButtonProps={{ danger: true }} onConfirm={() => void remove(row)}>
              <Button type="text" danger icon={<Icon name="trash" size={14} />}>{t('material.remove')}</Button>
            </Popconfirm>}
          </div>
        )}
        {row && (
          <section className="mt-section">
            <h3>{t('records.triggers')}</h3>
            <OfTriggers key={row.version} type={type.type} recordKey={recordKey} />
          </section>
        )}
        <section className="mt-section">
          <h3>{t('records.history')}</h3>
          <Versions key={row?.version ?? 0} type={type} recordKey={recordKey} />
        </section>
      </div>
    </Drawer>
  )
}

function Facts({ type, row, role }: { type: RecordType; row: RecordRow; role: string }) {
  const { t, i18n } = useTranslation()
  const words = { yes: t('material.yes'), no: t('material.no') }
  return (
    <dl className="mt-dl" data-testid="record-fields">
      {fieldsOf(type, i18n.language, role, row.data).map((field) => (
        <div key={field.name} style={{ display: 'contents' }}>
          <dt title={field.name}>{field.title}</dt>
          <dd>{field.hidden ? <span className="mt-veil"><Icon name="lock" size={14} />{t('records.notShown')}</span> : valueText(row.data[field.name], i18n.language, words)}</dd>
        </div>
      ))}
      <dt>{t('records.source')}</dt>
      <dd className="i2">{row.source}{row.source_version && ` · ${row.source_version}`} · {dayAndClock(new Date(row.updated_at), i18n.language)}</dd>
    </dl>
  )
}
