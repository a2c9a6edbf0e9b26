/** A file of rows put in: read here, its columns laid to the type's fields, sent in lots, and what became of each row. */
import { Alert, Button, Drawer, Progress, Select } from 'antd'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { records, type Data, type RecordType } from '../../api/records'
import { Icon } from '../../icons/Icon'
import { fieldsOf, readValue } from './fields'
import { Outcome } from './Outcome'
import { type Sent, nothing, send } from './sending'
import { NoTable, type Sheet, decoded, matched, readSheet } from './table'
import './records.css'

const MOST_BYTES = 25 * 1024 * 1024
interface Chosen { name: string; sheet: Sheet; map: Record<string, string> }

export function Upload({ type, onClose, onDone }: { type: RecordType; onClose: () => void; onDone: () => void }) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [wrong, setWrong] = useState<string | null>(null)
  const [sent, setSent] = useState<Sent | null>(null)
  const [going, setGoing] = useState(false)
  const [over, setOver] = useState(false)
  const stop = useRef(false)
  const fields = fieldsOf(type, i18n.language, 'administrator')

  const choose = async (file: File | undefined) => {
    setWrong(null)
    if (!file) return
    if (file.size > MOST_BYTES) return setWrong(t('records.fileTooLarge'))
    try {
      const sheet = readSheet(decoded(await file.arrayBuffer()))
      if (sheet.rows.length === 0) return setWrong(t('records.fileEmpty'))
      setChosen({ name: file.name, sheet, map: matched(sheet.columns, fields) })
    } catch (problem) {
      setWrong(problem instanceof NoTable ? t('records.fileNoTable') : String(problem))
    }
  }
  const rows = chosen ? rowsOf(chosen, type) : []
  const go = async () => {
    stop.current = false
    setGoing(true)
    setSent(nothing(rows.length))
    await send(rows, (some) => records.post(type.type, some), setSent, () => stop.current)
    setGoing(false)
    onDone()
  }
  const keyless = chosen !== null && chosen.sheet.written && !(type.key in chosen.map)

  return (
    <Drawer
      open size={620} title={t('records.uploadTo', { type: type.type })} onClose={onClose} closable={!going} maskClosable={!going} keyboard={!going}
      footer={
        <div className="mt-foot">
          <span className="i3 t12">{chosen && t('records.mayStart')}</span>
          <span className="sp" />
          {sent === null && <Button onClick={onClose}>{t('shell.cancel')}</Button>}
          {going && <Button danger onClick={() => { stop.current = true }}>{t('material.stop')}</Button>}
          {chosen && sent === null && <Button type="primary" disabled={keyless} onClick={() => void go()} data-testid="send-rows">{t('records.putIn', { count: rows.length })}</Button>}
          {sent && !going && <Button type="primary" onClick={onClose}>{t('material.done')}</Button>}
        </div>
      }
    >
      <div className="mt">
        {!chosen && (
          <label
            className="records-drop" data-over={over} htmlFor={id}
            onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)}
            onDrop={(event) => { event.preventDefault(); setOver(false); void choose(event.dataTransfer.files[0]) }}
          >
            <Icon name="book" size={20} />
            <span className="b">{t('records.choose')}</span>
            <span className="i2 t12">{t('records.chooseWhat')}</span>
            <input id={id} type="file" className="vh" accept=".csv,.txt,.json,.ndjson,.jsonl" onChange={(event) => void choose(event.target.files?.[0])} />
          </label>
        )}
        {wrong && <Alert type="error" showIcon title={wrong} />}
        {chosen && sent === null && (
          <>
            <div className="row"><Icon name="check" /><span className="b el">{chosen.name}</span><span className="i3">{t('records.rows', { count: chosen.sheet.rows.length })}</span><span className="sp" /><Button size="small" onClick={() => setChosen(null)}>{t('records.another')}</Button></div>
            {keyless && <Alert type="warning" showIcon title={t('records.keyless', { key: type.key })} />}
            {chosen.sheet.written && <Mapping chosen={chosen} fields={fields} keyName={type.key} onChange={(map) => setChosen({ ...chosen, map })} />}
          </>
        )}
        {sent && <Progress aria-label={t('records.sending')} percent={sent.total === 0 ? 100 : Math.floor((sent.done / sent.total) * 100)} status={sent.ended ? 'exception' : going ? 'active' : 'normal'} format={() => t('records.of', { done: sent.done, total: sent.total })} />}
        {sent && (!going || sent.rejected.length > 0) && <Outcome sent={sent} rows={rows} stopped={!going && sent.done < sent.total && sent.ended === null} name={type.type} />}
      </div>
    </Drawer>
  )
}

function rowsOf({ sheet, map }: Chosen, type: RecordType): Data[] {
  if (!sheet.written) return sheet.rows
  const listed = type.schema.properties ?? {}
  return sheet.rows.map((row) => Object.fromEntries(Object.entries(map).flatMap(([field, column]) => {
    const cell = row[column]
    return typeof cell === 'string' ? [[field, readValue(cell, listed[field] ?? {})]] : []
  })))
}

function Mapping({ chosen, fields, keyName, onChange }: { chosen: Chosen; fields: { name: string; title: string }[]; keyName: string; onChange: (map: Record<string, string>) => void }) {
  const { t } = useTranslation()
  const { sheet, map } = chosen
  const put = (field: string, column: string | undefined) => {
    const rest = Object.fromEntries(Object.entries(map).filter(([name]) => name !== field))
    onChange(column === undefined ? rest : { ...rest, [field]: column })
  }
  const unused = sheet.columns.filter((column) => !Object.values(map).includes(column))
  return (
    <>
      <table className="records-map">
        <thead><tr><th>{t('records.field')}</th><th>{t('records.column')}</th><th>{t('records.sample')}</th></tr></thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.name}>
              <td className={field.name === keyName ? 'b el' : 'el'} title={field.name}>{field.title}</td>
              <td><Select<string> size="small" allowClear value={map[field.name] ?? null} placeholder={t('records.noColumn')} aria-label={t('records.columnOf', { field: field.title })} options={sheet.columns.map((column) => ({ value: column, label: column }))} onChange={(column?: string) => put(field.name, column)} /></td>
              <td className="i2 el">{map[field.name] === undefined ? '' : String(sheet.rows[0]?.[map[field.name] ?? ''] ?? '')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {unused.length > 0 && <p className="i3 t12">{t('records.unused', { columns: unused.join(t('material.between')) })}</p>}
    </>
  )
}
