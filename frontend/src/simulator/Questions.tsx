/** What is to come of this step: one row of fates for each thing that the session waits for. */
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fromAnything, fromLines, fromRows, toLines } from './fields'
import { phrasesOf, questionOf, typedEvent, understood, type Question } from './offers'
import { useTry } from './store'
import { isOver, pendingOf, type Listens, type TryEvent } from './turns'

export function Questions() {
  const { t } = useTranslation()
  const { turns, busy, act } = useTry()
  const last = turns.at(-1)
  if (!last || isOver(last)) return null
  const questions = pendingOf(turns).map(questionOf)
  const listens = last.listens.filter((one) => one.kind !== 'message')
  if (questions.length === 0 && listens.length === 0) return null
  return (
    <div className="try-questions" data-testid="try-questions">
      {questions.map((question) => <One key={question.command.id} question={question} />)}
      {listens.map((one) => (
        <div key={`${one.kind} ${one.key}`}>
          <div className="lab">{t('try.comesIn')}</div>
          {one.kind === 'record' ? <Changed /> : <button type="button" className="btn sm" disabled={busy} onClick={() => void act(heardEvent(one, last.contact))}>{t(`try.in.${one.kind}`, { name: one.key })}</button>}
        </div>
      ))}
    </div>
  )
}

function heardEvent(one: Listens, contact: Record<string, unknown>): TryEvent {
  if (one.kind === 'call') return { type: 'call_offered', caller: String(contact['phone'] ?? one.key) }
  return { type: 'signal_received', name: one.key, data: {} }
}

function One({ question }: { question: Question }) {
  const { t } = useTranslation()
  const { busy, act } = useTry()
  const { command, offers, typed } = question
  return (
    <div role="group" aria-label={t('try.thisStep')}>
      <div className="lab">{t(`try.asks.${command.type}`, { defaultValue: t('try.thisStep'), what: String(command['query'] ?? command['title'] ?? command['statement'] ?? command['to'] ?? '') })}</div>
      {typed && <Typing question={question} />}
      <div className="chips">
        {typed === 'words' && phrasesOf(command).map(({ label, words }) => (
          <button key={label} type="button" className="btn sm" disabled={busy} onClick={() => void act(understood(command, words[0] || label))}>“{words[0] || label}”</button>
        ))}
        {offers.map((offer, at) => (
          <button key={offer.id} type="button" className={`btn sm${at === 0 && !typed ? ' on' : ''}`} disabled={busy} onClick={() => void act(offer.event)} data-offer={offer.id}>
            {offer.id.startsWith('=') ? offer.id.slice(1) : t(`try.offer.${offer.id}`)}
          </button>
        ))}
      </div>
    </div>
  )
}

/** Answers that were typed before, so that a second try need not type them again. */
const typedBefore = new Map<string, string>()

function Typing({ question }: { question: Question }) {
  const { t } = useTranslation()
  const field = useId()
  const { busy, act } = useTry()
  const { command, typed } = question
  const kept = `${command.type} ${String(command['query'] ?? command['url'] ?? '')}`
  const [text, setText] = useState(typedBefore.get(kept) ?? '')
  const rows = typed === 'rows' ? fromRows(text) : null
  const wrong = rows?.wrong ?? null
  const send = () => {
    if (!typed || wrong !== null) return
    typedBefore.set(kept, text)
    if (typed === 'words') return void act(understood(command, text))
    void act(typedEvent(command, typed, rows ? rows.value : fromAnything(text)))
  }
  const row = typed === 'words'
  return (
    <form className="try-typing" onSubmit={(event) => { event.preventDefault(); send() }}>
      <label className="vh" htmlFor={field}>{t(`try.type.${typed}`)}</label>
      {row
        ? <span className="fld"><input id={field} value={text} placeholder={t('try.type.words')} onChange={(event) => setText(event.target.value)} /></span>
        : <textarea id={field} className="try-lines mono" rows={3} value={text} spellCheck={false} placeholder={t(`try.type.${typed}`)} onChange={(event) => setText(event.target.value)} />}
      {wrong !== null && <p className="t11 erc">{t('try.wrongLine', { line: wrong })}</p>}
      <button type="submit" className="btn sm" disabled={busy || wrong !== null || (row && text.trim() === '')}>{t(`try.give.${typed}`, { count: rows?.value.length ?? 0 })}</button>
    </form>
  )
}

/** The record changes while it is waited for. */
function Changed() {
  const { t } = useTranslation()
  const field = useId()
  const { turns, busy, act } = useTry()
  const record = turns.at(-1)?.record ?? {}
  const [text, setText] = useState(toLines(record))
  const read = fromLines(text)
  const changed = Object.keys(read.value).filter((name) => JSON.stringify(read.value[name]) !== JSON.stringify(record[name]))
  return (
    <form className="try-typing" onSubmit={(event) => { event.preventDefault(); void act({ type: 'record_changed', record: read.value, changed }) }}>
      <label className="vh" htmlFor={field}>{t('try.recordFields')}</label>
      <textarea id={field} className="try-lines mono" rows={4} value={text} spellCheck={false} onChange={(event) => setText(event.target.value)} />
      <button type="submit" className="btn sm" disabled={busy || read.wrong !== null || changed.length === 0}>{t('try.in.record')}</button>
    </form>
  )
}
