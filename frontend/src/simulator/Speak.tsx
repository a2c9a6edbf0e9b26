/** Speaking to a flow that listens, beside hanging up: the browser hears it, and what it understood is what the caller said. */
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../icons/Icon'
import { understood } from './offers'
import { canHear, hear, type Deaf } from './recognizer'
import { useTry } from './store'
import { isOver, pendingOf, type Command } from './turns'
import { hush } from './voice'

export function Speak({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const turns = useTry((state) => state.turns)
  const last = turns.at(-1)
  const asked = isOver(last) ? undefined : pendingOf(turns).find((command) => command.type === 'listen')
  if (!canHear()) return children
  if (asked && last) return <Hearing key={asked.id} command={asked} language={String(asked['language'] || last.language)}>{children}</Hearing>
  return <div className="two"><button type="button" className="btn" disabled title={t('try.speakWhat')}><Icon name="listen" size={14} />{t('try.speak')}</button>{children}</div>
}

function Hearing({ command, language, children }: { command: Command; language: string; children: ReactNode }) {
  const { t } = useTranslation()
  const { busy, act } = useTry()
  const [on, setOn] = useState(false)
  const [text, setText] = useState('')
  const [deaf, setDeaf] = useState<Deaf | null>(null)
  const stop = useRef<() => void>(() => undefined)
  useEffect(() => () => stop.current(), [])
  const begin = () => {
    hush() // the flow's own voice is not to be heard as an answer
    setOn(true)
    setText('')
    setDeaf(null)
    stop.current = hear(language, {
      words: (words, done) => {
        setText(words)
        if (done) void act(understood(command, words))
      },
      over: (why) => {
        setOn(false)
        setDeaf(why)
      },
    })
  }
  const end = () => {
    stop.current()
    setOn(false)
  }
  return (
    <>
      <div className="two">
        <button type="button" className={`btn${on ? ' on' : ''}`} aria-pressed={on} disabled={busy} title={t('try.speakWhat')} onClick={on ? end : begin} data-testid="try-speak">
          <Icon name="listen" size={14} />{t(on ? 'try.hears' : 'try.speak')}
        </button>
        {children}
      </div>
      {on && text !== '' && <p className="t12 i2" lang={language} aria-live="polite">“{text}”</p>}
      {deaf && <p className="t12 wac" role="alert">{t(`try.deaf.${deaf}`)}</p>}
    </>
  )
}
