/** One prompt in one language: its words, heard as callers hear them, or a recording in their place. */
import { Alert, Button, Segmented } from 'antd'
import { useCallback, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { bareScope } from '../../form/bare'
import '../../form/form.css'
import { languageName } from '../../form/languages'
import { namesOf } from '../../form/names'
import { type Manner, type Spoken, bareOf, inManner, isSilent, mannerOf, speak, spokenIn } from '../../form/prompt'
import { FormContext } from '../../form/scope'
import { isRecord } from '../../form/value'
import { Prompt } from '../../form/widgets/Prompt'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { troubleOf } from '../material/problem'
import { useMay } from '../material/useMay'
import { Wave } from '../sounds/Wave'
import { reviews } from '../../api/reviews'
import { speech } from '../../api/sounds'
import { Crossed, type Loaded, keepPrompt } from './load'
import { ByPhone } from './ByPhone'
import { Changes } from './Changes'
import { UploadSound } from './UploadSound'
import { words } from './script'
import { type Row, isUnreviewed } from './sheet'
import { useSampleRecord } from './useSampleRecord'
import { VoiceAndRate } from './VoiceAndRate'

const alike = (one: Spoken | undefined, other: Spoken | undefined): boolean => JSON.stringify(one ?? '') === JSON.stringify(other ?? '')
type Way = 'speech' | 'phone' | 'upload'
interface Props { row: Row; language: string; play: boolean; loaded: Loaded; onClose: () => void; onKept: () => Promise<void>; onNext: (() => void) | null }

export function CellPanel({ row, language, play, loaded, onClose, onKept, onNext }: Props) {
  const { t, i18n } = useTranslation()
  const may = useMay()
  const id = useId()
  const flow = loaded.sheet.find((one) => one.id === row.flow)
  const document = loaded.documents[row.flow]
  const cell = row.cells.find((one) => one.language === language)
  const [spoken, setSpoken] = useState<Spoken | undefined>(cell?.spoken)
  const [heard, setHeard] = useState<{ spoken: Spoken | undefined; eager: boolean }>({ spoken: cell?.spoken, eager: play })
  const [way, setWay] = useState<Way>('speech')
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  const [theirs, setTheirs] = useState<unknown>(null)
  const [base, setBase] = useState({ value: row.value, spoken: cell?.spoken })
  const [seen, setSeen] = useState(row.value)
  if (seen !== row.value) {
    setSeen(row.value)
    // Read anew. What is as it was here, or was not touched here, goes on from there; own words and theirs are told apart when they are kept.
    const untouched = alike(spoken, base.spoken)
    if (untouched || alike(cell?.spoken, base.spoken) || alike(cell?.spoken, spoken)) {
      setBase({ value: row.value, spoken: cell?.spoken })
      if (untouched && !alike(cell?.spoken, spoken)) {
        setSpoken(cell?.spoken)
        setHeard({ spoken: cell?.spoken, eager: false })
      }
    }
  }
  const record = useSampleRecord(document)
  const names = useMemo(() => (document ? namesOf(document, loaded.types, null, t, { node: row.node, fields: record.fields }) : []), [document, loaded.types, t, row.node, record.fields])
  const changed = !alike(spoken, cell?.spoken)
  const load = useCallback((signal: AbortSignal) => speech({ prompt: { [language]: heard.spoken ?? '' }, language, record: record.data, contact: {} }, signal), [language, heard.spoken, record.data])

  const keep = async (next: Spoken | undefined, before: unknown = base.value) => {
    setBusy(true)
    setFailed(null)
    try {
      const after = speak(before, language, next ?? '', flow?.languages ?? [language])
      await keepPrompt(row, before, after)
      setBase({ value: after, spoken: next })
      setTheirs(null)
      await onKept()
    } catch (problem) {
      if (problem instanceof Crossed) setTheirs(problem.theirs)
      else setFailed(troubleOf(problem).message)
    }
    setBusy(false)
  }
  const where = { node: row.node, place: row.path.join('.'), language }
  const mark = async (right: boolean) => {
    setBusy(true)
    setFailed(null)
    try {
      await (right ? reviews.put(row.flow, where, cell?.spoken ?? '') : reviews.remove(row.flow, where))
      await onKept()
    } catch (problem) {
      setFailed(troubleOf(problem).message)
    }
    setBusy(false)
  }
  const right = cell !== undefined && !isUnreviewed(cell) && cell.state === 'said'
  const use = (asset: string) => { const next: Spoken = [{ audio: asset }]; setSpoken(next); setHeard({ spoken: next, eager: false }); void keep(next) }
  const speakSo = (manner: Manner) => { const next = inManner(bareOf(spoken) ?? '', manner); setSpoken(next); setHeard({ spoken: next, eager: false }) }
  const stem = `${flow?.name ?? ''} ${row.name}`.replace(/[/\\]/g, ' ').trim().slice(0, 100)
  const asset = Array.isArray(spoken) && spoken.length === 1 && spoken[0] && 'audio' in spoken[0] ? spoken[0].audio : `${stem} ${row.path.join('.')}`
  const fixed = !may('flows.edit')

  return (
    <aside className="pn r prompts-panel" aria-label={t('prompts.panel', { name: row.name, language: languageName(language) })}>
      <div className="ph">
        <span className="b el" title={row.name}>{row.name}</span>
        <span className="i3 nw" lang={language}>{languageName(language)}</span>
        <span className="sp" />
        <button type="button" className="btn g sm ic" aria-label={t('material.close')} onClick={onClose}><Icon name="x" size={14} /></button>
      </div>
      <div className="prompts-scroll">
        {cell?.state === 'stale' && <div className="sec"><div className="mt-note"><Icon name="warn" size={14} /><span>{t('prompts.staleWhat', { language: languageName(language) })}</span></div></div>}
        {cell?.state === 'said' && cell.review?.machine && <div className="sec"><div className="mt-note"><Icon name="warn" size={14} /><span>{t('prompts.byMachineWhat', { by: cell.review.by })}</span></div></div>}
        <div className="sec">
          <FormContext value={bareScope({ languages: [language], names })}>
            <div className="nf" data-testid="prompt-words">
              <Prompt
                id={id} path="prompt" schema={{}} value={spoken ?? ''} required={false} invalid={false} describedBy={undefined} label={t('prompts.words')} head={<span className="nf-label">{t('prompts.words')}</span>}
                onChange={(next) => setSpoken(isRecord(next) ? (next as Record<string, Spoken>)[language] : (next as Spoken | undefined))}
              />
            </div>
          </FormContext>
        </div>
        <div className="sec">
          <Segmented<Way> block value={way} onChange={setWay} options={[{ value: 'speech', label: t('prompts.way.speech') }, { value: 'phone', label: t('prompts.way.phone') }, { value: 'upload', label: t('prompts.way.upload') }]} />
          <div className="prompts-way">
            {way === 'speech' && <VoiceAndRate language={language} manner={mannerOf(spoken)} fixed={fixed || isSilent(spoken)} onChange={speakSo} />}
            {way === 'speech' && (isSilent(spoken)
              ? <p className="i3 t12">{t('prompts.nothingToHear')}</p>
              : JSON.stringify(heard.spoken) === JSON.stringify(spoken)
                ? <Wave key={JSON.stringify(heard.spoken) + String(record.key)} load={load} eager={heard.eager} note={record.key ? t('prompts.sample', { name: record.key }) : undefined} />
                : <Button block icon={<Icon name="play" size={12} />} onClick={() => setHeard({ spoken, eager: true })} data-testid="hear">{t('prompts.hearThis')}</Button>)}
            {way === 'phone' && <ByPhone asset={asset} language={language} spoken={spoken} disabled={fixed || !may('material.edit')} onKept={use} />}
            {way === 'upload' && <UploadSound asset={asset} language={language} disabled={fixed || !may('material.edit')} onKept={use} />}
          </div>
        </div>
        <div className="sec">
          <div className="b">{t('prompts.used')}</div>
          <Link to={`/flows/${row.flow}?node=${row.node}`} className="row prompts-used"><span className={`tile s m-${row.medium}`}><Icon name="say" size={14} /></span><span className="el">{flow?.name} · {t('prompts.inDraft')}</span></Link>
          {flow?.published != null && <div className="row prompts-used i2"><span className={`tile s m-${row.medium}`}><Icon name="say" size={14} /></span><span className="el">{flow.name} · {t('prompts.online', { version: flow.published })}</span></div>}
        </div>
        <Changes row={row} language={language} fixed={fixed} onTake={setSpoken} />
        {cell?.review && !cell.review.machine && (
          <div className="sec row t12" data-testid="reviewed-by">
            <span className="i2">{t('prompts.reviewedBy', { by: cell.review.by })} · {dayAndClock(new Date(cell.review.at), i18n.language)}</span>
            <span className="sp" />
            {!fixed && <button type="button" className="btn g sm" disabled={busy} onClick={() => void mark(false)}>{t('prompts.takeBack')}</button>}
          </div>
        )}
        {theirs !== null && (
          <div className="sec">
            <Alert type="warning" showIcon title={t('prompts.crossed')} description={<>
              <p>{words(spokenIn(theirs, language)) || t('prompts.gone')}</p>
              <div className="row"><Button size="small" onClick={() => void keep(spoken, theirs)}>{t('prompts.mine')}</Button><Button size="small" onClick={() => { setBase({ value: theirs, spoken: spokenIn(theirs, language) }); setTheirs(null); setSpoken(spokenIn(theirs, language)); void onKept() }}>{t('prompts.theirs')}</Button></div>
            </>} />
          </div>
        )}
        {failed && <div className="sec"><Alert type="error" showIcon title={t('material.notSaved')} description={failed} /></div>}
      </div>
      <div className="prompts-foot">
        {changed || cell?.state === 'missing'
          ? <Button type="primary" className="grow" loading={busy} disabled={!changed || fixed} onClick={() => void keep(spoken)} data-testid="keep-prompt">{changed ? t('prompts.keep') : t('prompts.kept')}</Button>
          : <Button type={right ? 'default' : 'primary'} className="grow" icon={<Icon name="check" size={14} />} loading={busy} disabled={fixed || right} onClick={() => void mark(true)} data-testid="mark-reviewed">{right ? t('prompts.isReviewed') : t('prompts.markReviewed')}</Button>}
        <Button disabled={onNext === null} onClick={() => onNext?.()}>{t('prompts.next')}</Button>
      </div>
    </aside>
  )
}
