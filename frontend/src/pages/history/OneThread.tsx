/** All messages with one address, the newest below; what waits is answered here, what failed is sent again. */
import { App, Button, Input } from 'antd'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client'
import { useMe } from '../../api/me'
import { type Message, messages, timeOf } from '../../api/messages'
import { useRefreshed } from '../../api/useRefreshed'
import { dayAndClock } from '../../i18n/time'
import { Icon, Tile } from '../../icons/Icon'
import { isFailed, waits } from './threads'

interface OneThreadProps { peer: string; medium: 'sms' | 'mail'; onBack: () => void; onChanged: () => void }

export function OneThread({ peer, medium, onBack, onChanged }: OneThreadProps) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const look = useCallback(async () => (await messages.list({ number: peer, limit: 200 })).items.reverse(), [peer])
  const { data, failed, load } = useRefreshed(look, 10_000)
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const rights = useMe((state) => state.me?.['rights']) as string[] | undefined
  const may = !rights || rights.includes('messages.send')
  const log = useRef<HTMLDivElement>(null)
  const last = data?.at(-1)?.id
  useEffect(() => void log.current?.scrollTo({ top: log.current.scrollHeight }), [last])  // it gives a promise, which is no way to clean up
  const act = async (what: () => Promise<unknown>) => {
    setBusy(true)
    try {
      await what()
      await load()
      onChanged()
      return true
    } catch (problem) {
      message.error(problem instanceof ApiError ? problem.message : String(problem))
      return false
    } finally {
      setBusy(false)
    }
  }
  const open = data?.filter(waits).at(-1)
  const send = async () => {
    const subject = [...(data ?? [])].reverse().find((one) => one.subject)?.subject
    const sent = await act(() => messages.send({ to: peer, text: text.trim(), medium, ...(medium === 'mail' ? { subject: subject ?? t('history.subject') } : {}), ...(open ? { answers: open.id } : {}) }))
    if (sent) setText('')
  }
  return (
    <>
      <div className="ms-head">
        <button type="button" className="btn g ms-back" onClick={onBack}><Icon name="lt" size={14} />{t('history.back')}</button>
        <Tile icon={medium} medium={medium} small />
        <h2 className="t14 b el grow">{peer}</h2>
        {open && may && <Button size="small" loading={busy} onClick={() => void act(() => messages.handled(open.id))}>{t('history.handled')}</Button>}
      </div>
      <div className="ms-log" ref={log} data-testid="thread">
        {failed !== null && <div className="hs-trouble" role="alert">{t('history.notLoaded')}</div>}
        {data?.map((one) => <Bubble key={one.id} one={one} may={may} busy={busy} onResend={() => void act(() => messages.resend(one.id))} />)}
      </div>
      {may && (
        <div className="ms-write">
          <Input.TextArea value={text} autoSize={{ minRows: 1, maxRows: 6 }} placeholder={open ? t('history.answerIt') : t('history.write')} aria-label={t('history.write')} onChange={(event) => setText(event.target.value)} />
          <Button type="primary" loading={busy} disabled={text.trim() === ''} icon={<Icon name="send" size={14} />} onClick={() => void send()}>{t('history.send')}</Button>
        </div>
      )}
    </>
  )
}

function Bubble({ one, may, busy, onResend }: { one: Message; may: boolean; busy: boolean; onResend: () => void }) {
  const { t, i18n } = useTranslation()
  const words: Record<Message['state'], string> = {
    queued: t('history.state.queued'), sending: t('history.state.sending'), sent: t('history.state.sent'), delivered: t('history.state.delivered'),
    failed: t('history.state.failed'), unknown: t('history.state.unknown'), stopped: t('history.state.stopped'), received: t('history.state.received'),
  }
  const at = timeOf(one)
  const bad = isFailed(one)
  return (
    <article className="ms-bubble" data-direction={one.direction} data-medium={one.medium} data-state={one.state}>
      <div className="ms-text">{one.subject && <div className="b">{one.subject}</div>}{one.text}</div>
      {one.attachments.length > 0 && <div className="ms-fate t12">{one.attachments.map((file) => <a key={file.asset} href={`/api/v1/assets/${file.asset}/content`} download={file.name}><Icon name="dl" size={12} /> {file.name}</a>)}</div>}
      <div className="ms-fate t11 i3">
        <span>{at && dayAndClock(new Date(at), i18n.language)}</span>
        {one.direction === 'out' && <span className={bad ? 'erc' : one.state === 'delivered' ? 'okc' : ''}>{words[one.state]}</span>}
        {waits(one) && <span className="wac">{t('history.waits')}</span>}
        {one.reason && <span title={one.reason}>{one.reason}</span>}
        {one.parts > 1 && <span>{t('history.parts', { count: one.parts })}</span>}
        {bad && may && <Button size="small" disabled={busy} onClick={onResend} icon={<Icon name="retry" size={12} />} title={one.state === 'unknown' ? t('history.mayHaveArrived') : undefined}>{t('history.resend')}</Button>}
      </div>
    </article>
  )
}
