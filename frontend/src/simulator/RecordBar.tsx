/** Whom the try is with and what it is about: a kept record, or fields that are typed in; and the language. */
import { Popover, Select } from 'antd'
import { useEffect, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { languageName } from '../form/languages'
import { Icon } from '../icons/Icon'
import { fromLines, toLines } from './fields'
import { about, blank, keptOf, labelOf, type Kept } from './sample'
import { useTry } from './store'

const OWN = '\u0000own'

export function RecordBar({ document }: { document: FlowDocument }) {
  const { t } = useTranslation()
  const label = useId()
  const { sample, choose, restart, turns, busy, back } = useTry()
  const kept = useKept(typeof document['record_type'] === 'string' ? document['record_type'] : '')
  const languages = document.languages ?? []
  const language = String(sample.contact['language'] ?? languages[0] ?? '')
  const options = useMemo(() => [
    ...kept.records.map((record) => ({ value: record.key, label: labelOf(kept.type, record) })),
    { value: OWN, label: t('try.ownRecord') },
  ], [kept, t])
  const pick = (key: string) => {
    const record = kept.records.find((one) => one.key === key)
    if (!record) return void choose({ ...sample, key: null })
    void choose(about(kept.type, record, language))
  }
  return (
    <div className="try-bar" role="group" aria-label={t('try.sample')}>
      <span className="t12 i3 nw" id={label}>{t('try.record')}</span>
      <Select
        showSearch optionFilterProp="label" aria-labelledby={label} value={kept.records.some((one) => one.key === sample.key) ? sample.key : OWN}
        options={options} onChange={(value) => pick(value ?? OWN)} style={{ width: 168 }} data-testid="try-record"
      />
      <Typed blank={blank(kept.type)} />
      {languages.length > 1 && (
        <Select
          aria-label={t('try.language')} value={language} style={{ width: 94 }} options={languages.map((tag) => ({ value: tag, label: languageName(tag) }))}
          onChange={(tag) => void choose({ ...sample, contact: { ...sample.contact, language: tag } })}
        />
      )}
      <span className="sp" />
      <button type="button" className="btn g sm ic" disabled={busy || turns.length < 2} aria-label={t('try.stepBack')} title={t('try.stepBack')} onClick={() => void back()} data-testid="try-back"><Icon name="undo" size={14} /></button>
      <button type="button" className="btn g sm nw" onClick={() => void restart()} data-testid="try-restart"><Icon name="retry" size={14} />{t('try.restart')}</button>
    </div>
  )
}

function useKept(name: string): Kept {
  const [kept, setKept] = useState<Kept>({ type: null, records: [] })
  useEffect(() => {
    const gone = new AbortController()
    void keptOf(name, gone.signal).then((found) => { if (!gone.signal.aborted) setKept(found) })
    return () => gone.abort()
  }, [name])
  return kept
}

/** The contact and the record as lines, to be written by hand. */
function Typed({ blank: empty }: { blank: Record<string, unknown> }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const { sample } = useTry()
  return (
    <Popover
      open={open} onOpenChange={setOpen} trigger="click" placement="bottomRight" destroyOnHidden
      content={<Lines contact={toLines(sample.contact)} record={toLines(Object.keys(sample.record).length > 0 ? sample.record : empty)} onDone={() => setOpen(false)} />}
    >
      <button type="button" className="btn sm ic" aria-label={t('try.writeSample')} title={t('try.writeSample')} data-testid="try-write"><Icon name="set" size={14} /></button>
    </Popover>
  )
}

function Lines({ contact: known, record, onDone }: { contact: string; record: string; onDone: () => void }) {
  const { t } = useTranslation()
  const ids = [useId(), useId()]
  const { sample, choose } = useTry()
  const [texts, setTexts] = useState([known, record])
  const read = texts.map(fromLines)
  const wrong = read.find((one) => one.wrong !== null)?.wrong
  const take = () => {
    const [who, what] = read
    if (!who || !what || wrong) return
    const filled = Object.fromEntries(Object.entries(what.value).filter(([, value]) => value !== ''))
    const changed = JSON.stringify(filled) !== JSON.stringify(sample.record)
    onDone()
    const contact = Object.fromEntries(Object.entries(who.value).filter(([, value]) => value !== '' && value !== null).map(([name, value]) => [name, typeof value === 'object' ? value : String(value)]))
    void choose({ contact, record: filled, key: changed ? null : sample.key })
  }
  return (
    <form className="try-pop" onSubmit={(event) => { event.preventDefault(); take() }}>
      {[t('try.contact'), t('try.recordFields')].map((title, at) => (
        <div key={title}>
          <label className="lab" htmlFor={ids[at]}>{title}</label>
          <textarea id={ids[at]} className="try-lines mono" rows={at === 0 ? 4 : 7} value={texts[at]} spellCheck={false} onChange={(event) => setTexts(texts.map((text, place) => (place === at ? event.target.value : text)))} />
        </div>
      ))}
      <p className={`t11 ${wrong ? 'erc' : 'i3'}`}>{wrong ? t('try.wrongLine', { line: wrong }) : t('try.linesHow')}</p>
      <div className="row"><button type="submit" className="btn p sm" disabled={Boolean(wrong)}>{t('try.useThese')}</button></div>
    </form>
  )
}
