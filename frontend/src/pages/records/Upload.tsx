/** A file of rows put in: read, its columns laid to the type's fields, every row checked before any is sent, and what became of them. */
import { Alert, Button, Drawer, Progress, Select, Spin } from 'antd'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { records, type Data, type Rejected, type RecordType } from '../../api/records'
import { Icon } from '../../icons/Icon'
import { troubleOf } from '../material/problem'
import { fieldsOf } from './fields'
import { type Chosen, Mapping, rowsOf } from './Mapping'
import { Outcome } from './Outcome'
import { type Bad, Refused } from './Refused'
import { type Looked, type Sent, look, nothing, send } from './sending'
import { NoTable, matched, readFile } from './table'
import './records.css'

const MOST_BYTES = 25 * 1024 * 1024
const kinds = '.xlsx,.csv,.txt,.json,.ndjson,.jsonl'

export function Upload({ type, onClose, onDone }: { type: RecordType; onClose: () => void; onDone: () => void }) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [reading, setReading] = useState(false)
  const [wrong, setWrong] = useState<string | null>(null)
  const [looked, setLooked] = useState<Looked | null>(null)
  const [sent, setSent] = useState<Sent | null>(null)
  const [going, setGoing] = useState(false)
  const [over, setOver] = useState(false)
  const stop = useRef(false)
  const fields = fieldsOf(type, i18n.language, 'administrator')

  const choose = async (file: File | undefined, sheet?: string) => {
    setWrong(null)
    if (!file) return
    if (file.size > MOST_BYTES) return setWrong(t('records.fileTooLarge'))
    setReading(true)
    try {
      const found = await readFile(file, sheet)
      if (found.rows.length === 0 && found.sheets.length < 2) setWrong(t('records.fileEmpty'))
      else setChosen({ file, sheet: found, map: matched(found.columns, fields) })
    } catch (problem) {
      const { message, errors } = troubleOf(problem)
      setWrong(problem instanceof NoTable ? t('records.fileNoTable') : errors[0] ? t('records.fileRefused', { why: errors[0].message }) : message)
    }
    setReading(false)
  }
  const begin = () => { stop.current = false; setGoing(true) }
  const put = async (some: readonly Data[]) => {
    begin()
    setSent(nothing(some.length))
    await send(some, (lot) => records.post(type.type, lot), setSent, () => stop.current)
    setGoing(false)
    onDone()
  }
  const rows = chosen ? rowsOf(chosen, type) : []
  const lines = chosen?.sheet.lines ?? []
  const check = async () => {
    begin()
    const found = await look(rows, (lot) => records.check(type.type, lot), setLooked, () => stop.current)
    setGoing(false)
    if (stop.current) setLooked(null)
    else if (found.ended === null && found.rejected.length === 0 && chosen?.sheet.faults.length === 0) await put(rows)
  }
  const refused = new Set(looked?.rejected.map((one) => one.row))
  const good = refused.size === 0 ? rows : rows.filter((_, row) => !refused.has(row))
  const goodLines = refused.size === 0 ? lines : lines.filter((_, row) => !refused.has(row))
  const badOf = (rejected: readonly Rejected[], from: readonly Data[], at: readonly number[]): Bad[] =>
    rejected.map((one) => ({ line: at[one.row] ?? one.row + 1, data: from[one.row] ?? {}, faults: one.errors }))
  const noRows: Bad[] = (chosen?.sheet.faults ?? []).map((fault) => ({ line: fault.line, data: {}, faults: [{ path: '', message: fault.message }] }))
  const bad = [...noRows, ...badOf(looked?.rejected ?? [], rows, lines)].sort((one, other) => one.line - other.line)
  const titles = Object.fromEntries(fields.map((field) => [field.name, field.title]))
  const keyless = chosen !== null && chosen.sheet.written && !(type.key in chosen.map)
  const faulty = looked !== null && !going && sent === null && looked.ended === null && bad.length > 0
  const again = () => { setChosen(null); setLooked(null) }
  const progress = sent ?? looked

  return (
    <Drawer
      open size={620} title={t('records.uploadTo', { type: type.type })} onClose={onClose} closable={!going} maskClosable={!going} keyboard={!going}
      footer={
        <div className="mt-foot">
          <span className="i3 t12">{chosen && sent === null && t('records.mayStart')}</span>
          <span className="sp" />
          {sent === null && !going && <Button onClick={onClose}>{t('shell.cancel')}</Button>}
          {going && <Button danger onClick={() => { stop.current = true }}>{t('material.stop')}</Button>}
          {chosen && looked === null && !going && <Button type="primary" disabled={keyless || rows.length === 0} onClick={() => void check()} data-testid="send-rows">{t('records.putIn', { count: rows.length })}</Button>}
          {faulty && good.length > 0 && <Button type="primary" onClick={() => void put(good)} data-testid="take-good">{t('records.takeGood', { count: good.length })}</Button>}
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
            {reading ? <Spin /> : <Icon name="book" size={20} />}
            <span className="b">{reading ? t('records.reading') : t('records.choose')}</span>
            <span className="i2 t12">{t('records.chooseWhat')}</span>
            <input id={id} type="file" className="vh" accept={kinds} disabled={reading} onChange={(event) => void choose(event.target.files?.[0])} />
          </label>
        )}
        {wrong && <Alert type="error" showIcon title={wrong} />}
        {chosen && sent === null && (
          <div className="row">
            <Icon name="check" /><span className="b el">{chosen.file.name}</span><span className="i3 nw">{t('records.rows', { count: rows.length })}</span>
            {chosen.sheet.sheets.length > 1 && <Select<string> size="small" className="records-sheet" aria-label={t('records.sheet')} disabled={going || reading} value={chosen.sheet.sheet} options={chosen.sheet.sheets.map((name) => ({ value: name, label: name }))} onChange={(name) => { setLooked(null); void choose(chosen.file, name) }} />}
            <span className="sp" />
            {!going && <Button size="small" onClick={again}>{t('records.another')}</Button>}
          </div>
        )}
        {chosen && looked === null && !going && (
          <>
            {keyless && <Alert type="warning" showIcon title={t('records.keyless', { key: type.key })} />}
            {chosen.sheet.written && <Mapping chosen={chosen} fields={fields} keyName={type.key} onChange={(map) => setChosen({ ...chosen, map })} />}
          </>
        )}
        {progress && (going || sent) && <Progress aria-label={sent ? t('records.sending') : t('records.checking')} percent={progress.total === 0 ? 100 : Math.floor((progress.done / progress.total) * 100)} status={progress.ended ? 'exception' : going ? 'active' : 'normal'} format={() => t(sent ? 'records.of' : 'records.checked', { done: progress.done, total: progress.total })} />}
        {looked?.ended && sent === null && <Alert type="error" showIcon title={t('records.notChecked')} description={looked.ended} action={<Button size="small" onClick={() => void check()}>{t('shell.retry')}</Button>} />}
        {faulty && <Alert type="warning" showIcon title={t('records.nothingYet', { count: bad.length })} description={t('records.nothingYetWhat')} data-testid="nothing-yet" />}
        {faulty && <Refused bad={bad} titles={titles} name={type.type} />}
        {sent && !going && <Outcome sent={sent} stopped={sent.done < sent.total && sent.ended === null} />}
        {sent && <Refused bad={badOf(sent.rejected, good, goodLines)} titles={titles} name={type.type} />}
      </div>
    </Drawer>
  )
}
