/** The phone: what is heard, the keys, the voice, hanging up, and what is to come of each thing the flow asks for. */
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../icons/Icon'
import { conversation, wordsOf } from './conversation'
import { useKeyboard } from './keyboard'
import { KEYS, keysFor, LETTERS } from './keypad'
import { NEXT_CALL } from './offers'
import { Questions } from './Questions'
import { Speak } from './Speak'
import { useTry } from './store'
import { isOver, lineOf, pendingOf } from './turns'

const CHIP = { idle: '', ringing: 'wa', talking: 'ok' }

export function Phone() {
  const { t } = useTranslation()
  const { turns, sample, keys, busy, act, press, finishKeys, next, setNext, byHand, setByHand, loud, setLoud } = useTry()
  const last = turns.at(-1)
  const pending = pendingOf(turns)
  const line = lineOf(last, pending)
  const over = isOver(last)
  const takes = over ? null : keysFor(pending)
  const said = line === 'talking' ? conversation(turns).findLast((entry) => entry.kind === 'heard') : undefined
  useKeyboard(takes !== null && !busy, useCallback((key: string) => void press(key), [press]), useCallback(() => { if (useTry.getState().keys !== '') void finishKeys() }, [finishKeys]))
  const name = String(last?.contact['name'] ?? sample.contact['name'] ?? '')
  const number = String(last?.contact['phone'] ?? sample.contact['phone'] ?? '')
  return (
    <section className="try-phone" aria-label={t('try.phone')} data-testid="try-phone" data-line={line}>
      <div className="row">
        <span className={`chip ${over ? '' : CHIP[line]}`}>{line !== 'idle' && <span className="pt" />}{t(over ? 'try.line.over' : `try.line.${line}`)}</span>
        <span className="sp" />
        <button type="button" className={`btn sm ic${loud ? ' on' : ' g'}`} aria-pressed={loud} aria-label={t('try.loud')} title={t('try.loud')} onClick={() => setLoud(!loud)}><Icon name="say" size={14} /></button>
      </div>
      <div><div className="t16 b el">{name || number || t('try.nobody')}</div><div className="t12 i3 el">{name ? number : ' '}</div></div>
      <div className="said" data-testid="try-said">
        <span className="row t11 br"><Icon name="say" size={14} />{said ? t(takes ? (takes.type === 'listen' ? 'try.heardListens' : 'try.heardAsks') : pending.some((command) => command.type === 'play_prompt') ? 'try.heard' : 'try.heardBefore') : t(line === 'talking' ? 'try.silence' : 'try.noCall')}</span>
        {said?.kind === 'heard' && <span lang={said.language}>{wordsOf(said.parts)}</span>}
      </div>
      <div className="pad" role="group" aria-label={t('try.keypad')}>
        {KEYS.map((key) => (
          <button key={key} type="button" disabled={!takes || busy} aria-keyshortcuts={key} onClick={() => void press(key)} data-key={key}>
            {key}<i aria-hidden="true">{LETTERS[key] ?? ' '}</i>
          </button>
        ))}
      </div>
      {keys !== '' && <div className="row"><span className="mono grow" aria-live="polite">{keys}</span><button type="button" className="btn sm" onClick={() => void finishKeys()}>{t('try.noMoreKeys')}</button></div>}
      <Speak>
        <button type="button" className="btn d hangup" disabled={line !== 'talking' || over || busy} onClick={() => void act({ type: 'call_ended', leg: Object.keys(last?.legs ?? {})[0] ?? '' })} data-testid="try-hang-up">
          <Icon name="hang" />{t('try.hangUp')}
        </button>
      </Speak>
      <Questions />
      <div role="group" aria-label={t('try.nextCall')}>
        <div className="lab">{t('try.nextCall')}</div>
        <div className="chips">
          {NEXT_CALL.map((one) => (
            <button key={one} type="button" className={`btn sm${next === one ? ' on' : ''}`} aria-pressed={next === one} onClick={() => setNext(one)} data-next={one}>{t(`try.next.${one}`)}</button>
          ))}
        </div>
      </div>
      <label className="row t12 i2 try-check"><input type="checkbox" checked={byHand} onChange={(event) => setByHand(event.target.checked)} />{t('try.byHand')}</label>
      <div className="sp" />
      <p className="t11 i3">{t('try.promise')}</p>
    </section>
  )
}
