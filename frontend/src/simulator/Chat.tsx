/** The conversation as it went: heard, pressed, written, sent; and a field to write back. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../icons/Icon'
import { dayOf, lengthWords, timeOfDay } from './clock'
import { conversation, wordsOf, type Entry } from './conversation'
import { useTry } from './store'
import { isOver } from './turns'

const SECONDS = /^(\d+)s$/

export function Chat() {
  const { t, i18n } = useTranslation()
  const turns = useTry((state) => state.turns)
  const entries = useMemo(() => conversation(turns), [turns])
  const list = useRef<HTMLOListElement>(null)
  useEffect(() => { list.current?.scrollTo({ top: list.current.scrollHeight }) }, [entries])
  let day = ''
  return (
    <>
      <ol className="try-chat" ref={list} aria-label={t('try.chat')} aria-live="polite" data-testid="try-chat" tabIndex={0}>
        {entries.map((entry) => {
          const today = dayOf(entry.at, i18n.language)
          const first = today !== day
          day = today
          return <li key={entry.key} className={sideOf(entry)}><Row entry={entry} when={first ? `${today} ${timeOfDay(entry.at)}` : timeOfDay(entry.at)} /></li>
        })}
        {entries.length === 0 && <li className="t12 i3">{t('try.nothingYet')}</li>}
      </ol>
      <Write />
    </>
  )
}

const sideOf = (entry: Entry): string => (entry.kind === 'line' ? 'ev' : entry.kind === 'keys' || entry.kind === 'spoken' || entry.kind === 'wrote' ? 'bu me' : `bu of-${entry.kind}`)

function Row({ entry, when }: { entry: Entry; when: string }) {
  const { t } = useTranslation()
  switch (entry.kind) {
    case 'line': return <span>{when} · {lineWords(entry, t)}</span>
    case 'keys': return <>{t('try.pressed', { keys: entry.secret ? '•'.repeat(entry.keys.length) : [...entry.keys].join(' ') })}</>
    case 'spoken': return <>“{entry.text}”</>
    case 'wrote': return <><small><Icon name="sms" size={12} />{t('try.wrote')}</small>{entry.text}</>
    case 'heard':
      return <><small><Icon name="say" size={12} />{t(entry.asks === 'keys' ? 'try.playsAsks' : entry.asks === 'words' ? 'try.playsListens' : 'try.plays', { seconds: entry.seconds })}</small><span lang={entry.language}>{wordsOf(entry.parts)}</span></>
    default:
      return (
        <>
          <small><Icon name={entry.kind} size={12} />{t(`try.sends.${entry.kind}`, { to: entry.to, count: [...entry.text].length })}<span className="sp" />{t(`try.state.${entry.state}`, { defaultValue: entry.state })}</small>
          {entry.subject && <b>{entry.subject}<br /></b>}{entry.text}
        </>
      )
  }
}

type Say = (key: string, values?: Record<string, unknown>) => string

function lineWords(entry: Extract<Entry, { kind: 'line' }>, t: Say): string {
  const { values } = entry
  if (entry.words === 'wound') return t('try.lines.wound', { length: lengthWords(Number(SECONDS.exec(values['wound'] ?? '')?.[1] ?? 0), t) })
  if (entry.words === 'ended') return values['outcome'] ? t('try.lines.endedAs', { outcome: values['outcome'] }) : t('try.lines.ended', { status: t(`sessions.status.${values['status']}`) })
  if (values['fate']) return t(`try.lines.${entry.words}`, { fate: t(`try.offer.${values['fate']}`) })
  return t(`try.lines.${entry.words}`, values)
}

function Write() {
  const { t } = useTranslation()
  const { turns, busy, act } = useTry()
  const [text, setText] = useState('')
  const last = turns.at(-1)
  const waited = last?.listens.some((one) => one.kind === 'message') ?? false
  const send = () => {
    if (text.trim() === '' || busy || !last) return
    const sender = String(last.contact['phone'] ?? last.contact['email'] ?? '')
    setText('')
    void act({ type: 'message_received', text: text.trim(), sender })
  }
  return (
    <form className="try-write" onSubmit={(event) => { event.preventDefault(); send() }}>
      <span className={`fld grow${waited ? ' focus' : ''}`}>
        <input value={text} disabled={!last || isOver(last)} aria-label={t('try.writeBack')} placeholder={t(waited ? 'try.writeBackWaited' : 'try.writeBack')} onChange={(event) => setText(event.target.value)} data-testid="try-write-back" />
      </span>
      <button type="submit" className="btn ic" disabled={text.trim() === '' || busy} aria-label={t('try.send')} title={t('try.send')}><Icon name="send" size={14} /></button>
    </form>
  )
}
