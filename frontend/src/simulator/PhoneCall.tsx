/** The browser's telephone in the panel: how the line stands, the keys, the microphone, hanging up. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import { useKeyboard } from './keyboard'
import { KEYS, LETTERS } from './keypad'
import { useBrowserPhone, type LineState } from './phone'
import { useRealCall } from './realCall'

const CHIP: Partial<Record<LineState, string>> = { ringing: 'wa', talking: 'ok', failed: 'er' }

export function PhoneCall() {
  const { t } = useTranslation()
  const { line, since, until, muted, refusal, reason, start, answer, press, mute, hangUp, release, close } = useBrowserPhone()
  const flow = useFlow((state) => state.id)
  const ended = useRealCall((state) => Boolean(state.detail?.ended_at))
  const [pressed, setPressed] = useState('')
  const talking = line === 'talking'
  const done = line === 'failed' || (line === 'over' && ended)
  const type = (key: string) => {
    press(key)
    setPressed((before) => (before + key).slice(-16))
  }
  useKeyboard(talking, type)
  useEffect(() => { if (ended && (line === 'waiting' || line === 'over')) release() }, [ended, line, release])
  const again = () => {
    setPressed('')
    if (flow) void start(flow, t('telephone.tab'))
  }
  const says = line === 'asking' ? t('telephone.allowMicrophone')
    : line === 'failed' ? t(`telephone.failed.${refusal ?? 'failed'}`, { reason })
      : line === 'over' ? t(ended ? 'telephone.ended' : 'telephone.goesOn')
        : talking && muted ? t('telephone.muted')
          : line === 'connecting' || line === 'waiting' ? t('telephone.beginning') : null
  return (
    <section className="try-phone" aria-label={t('telephone.name')} data-testid="browser-phone" data-line={line}>
      <div className="row">
        <span className={`chip ${CHIP[line] ?? ''}`} role="status">{line !== 'over' && line !== 'failed' && <span className="pt" />}{t(`telephone.line.${line}`)}</span>
        <span className="sp" />
        {since !== null && <Length since={since} until={talking ? null : until} />}
      </div>
      <div><div className="t16 b el">{t('telephone.name')}</div><div className="t12 i3 el mono">{pressed || ' '}</div></div>
      {says && <div className="said" role={line === 'failed' ? 'alert' : undefined}>{says}</div>}
      <div className="pad" role="group" aria-label={t('try.keypad')}>
        {KEYS.map((key) => (
          <button key={key} type="button" disabled={!talking} aria-keyshortcuts={key} onClick={() => type(key)} data-key={key}>
            {key}<i aria-hidden="true">{LETTERS[key] ?? ' '}</i>
          </button>
        ))}
      </div>
      {talking && <button type="button" className={`btn${muted ? ' on' : ''}`} aria-pressed={muted} onClick={() => mute(!muted)} data-testid="browser-mute"><Icon name="listen" />{t(muted ? 'telephone.unmute' : 'telephone.mute')}</button>}
      {line === 'ringing' && <button type="button" className="btn p" onClick={answer}><Icon name="phone" />{t('telephone.answer')}</button>}
      {(talking || line === 'ringing') && <button type="button" className="btn d hangup" onClick={hangUp} data-testid="browser-hang-up"><Icon name="hang" />{t(talking ? 'telephone.hangUp' : 'telephone.decline')}</button>}
      {done && refusal !== 'insecure' && <button type="button" className="btn p" onClick={again}><Icon name="phone" />{t('telephone.again')}</button>}
      {!talking && line !== 'ringing' && <button type="button" className="btn" onClick={close} data-testid="browser-close">{t('telephone.close')}</button>}
      <div className="sp" />
      <p className="t11 i3">{t('telephone.what')}</p>
    </section>
  )
}

/** Minutes and seconds since the call was taken, or how long it was. */
function Length({ since, until }: { since: number; until: number | null }) {
  const { t } = useTranslation()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (until !== null) return
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [until])
  const seconds = Math.max(0, Math.floor(((until ?? now) - since) / 1000))
  return <span className="t12 mono" role="timer" aria-label={t('telephone.length')} data-testid="browser-length">{Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, '0')}</span>
}
