/** What a session left behind: its texts and mails with their fates, and what was recorded, to listen to. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client'
import { type Message, messages, peerOf, timeOf } from '../api/messages'
import type { Page } from '../api/types'
import { clockSeconds, span } from '../i18n/time'
import { Icon } from '../icons/Icon'

interface Recording { id: string; kind: string; ended_at: string; seconds: number }
interface Found { messages: Message[]; recordings: Recording[] }

/** Asked for again whenever something has happened in the session. */
export function useMedia(session: string, change: number): Found | null {
  const [found, setFound] = useState<Found | null>(null)
  useEffect(() => {
    let gone = false
    void Promise.allSettled([messages.list({ session, limit: 100 }), api.get<Page<Recording>>(`/recordings?session=${session}&limit=100`)]).then(([texts, sounds]) => {
      if (!gone) setFound({ messages: texts.status === 'fulfilled' ? texts.value.items.reverse() : [], recordings: sounds.status === 'fulfilled' ? sounds.value.items.reverse() : [] })
    })
    return () => { gone = true }
  }, [session, change])
  return found
}

export function MessagesOf({ rows }: { rows: readonly Message[] }) {
  const { t } = useTranslation()
  if (rows.length === 0) return <p className="fp-none i3 t12">{t('sessions.noMessages')}</p>
  return (
    <ul className="fp-media" aria-label={t('sessions.messages')}>
      {rows.map((one) => (
        <li key={one.id}>
          <div className="row t12"><span className="mono i3">{timeOf(one) && clockSeconds(new Date(timeOf(one)))}</span><Icon name={one.medium === 'mail' ? 'mail' : 'sms'} size={14} /><span className="b el grow">{peerOf(one)}</span><span className={one.state === 'failed' || one.state === 'unknown' ? 'erc' : 'i2'}>{t(`history.state.${one.state}`)}</span></div>
          <div className="fp-said">{one.subject && <b>{one.subject} </b>}{one.text}</div>
          {one.reason && <div className="t12 erc">{one.reason}</div>}
        </li>
      ))}
    </ul>
  )
}

export function RecordingsOf({ rows }: { rows: readonly Recording[] }) {
  const { t } = useTranslation()
  if (rows.length === 0) return <p className="fp-none i3 t12">{t('sessions.noRecordings')}</p>
  return (
    <ul className="fp-media" aria-label={t('sessions.recordings')}>
      {rows.map((one) => (
        <li key={one.id}>
          <div className="row t12"><span className="mono i3">{clockSeconds(new Date(one.ended_at))}</span><span className="grow">{one.kind === 'call' ? t('sessions.wholeCall') : t('sessions.said')}</span><span className="i2">{span(one.seconds)}</span></div>
          <audio controls preload="none" src={`/api/v1/recordings/${one.id}/content`} aria-label={t('sessions.listen', { time: clockSeconds(new Date(one.ended_at)) })} />
        </li>
      ))}
    </ul>
  )
}
