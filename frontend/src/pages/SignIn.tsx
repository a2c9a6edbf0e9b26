/** The door: a key opens a session in this browser. */
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, useLocation } from 'react-router'
import { ApiError } from '../api/client'
import { useMe } from '../api/me'
import { type Language, languages, setLanguage } from '../i18n'
import { languageName } from '../form/languages'
import { Icon } from '../icons/Icon'
import { Logo } from '../icons/Logo'
import { useMode } from '../theme/mode'
import { Weave } from './signin/Weave'
import './signin/signin.css'

export function SignIn() {
  const { t } = useTranslation()
  const location = useLocation()
  const { state, load, signIn } = useMe()
  const [key, setKey] = useState('')
  const [shown, setShown] = useState(false)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)

  useEffect(() => {
    if (state === 'unknown') void load()
  }, [state, load])
  useEffect(() => {
    document.title = `${t('signin.title')} · Callweave`
  }, [t])

  if (state === 'in') return <Navigate to={wanted(location.state)} replace />

  const open = async (event: FormEvent) => {
    event.preventDefault()
    const refuse = (words: string) => {
      setFault(words)
      field.current?.focus()
    }
    if (key.trim() === '') return refuse(t('signin.empty'))
    setBusy(true)
    setFault(null)
    try {
      await signIn(key.trim())
    } catch (problem) {
      refuse(why(problem instanceof ApiError ? problem.status : 0))
    } finally {
      setBusy(false)
    }
  }
  const why = (status: number) => {
    if (status === 401 || status === 403 || status === 422) return t('signin.refused')
    if (status === 429) return t('signin.tooOften')
    return status === 0 ? t('signin.unreachable') : t('signin.broken')
  }

  return (
    <div className="door">
      <main className="door-form">
        <div className="row"><Logo /><span className="b t14">Callweave</span></div>
        <form onSubmit={(event) => void open(event)} noValidate>
          <h1>{t('signin.title')}</h1>
          <p className="lead">{t('signin.lead')}</p>
          <label className="lab" htmlFor="access-key">{t('signin.key')}</label>
          <div className={`fld${fault ? ' wrong' : ''}`}>
            <input
              ref={field}
              id="access-key"
              name="key"
              type={shown ? 'text' : 'password'}
              autoComplete="current-password"
              autoFocus
              spellCheck={false}
              value={key}
              onChange={(event) => {
                setKey(event.target.value)
                setFault(null)
              }}
              aria-invalid={fault !== null}
              aria-describedby={fault ? 'key-fault key-hint' : 'key-hint'}
            />
            <button type="button" className="i3" aria-label={t('signin.show')} aria-pressed={shown} title={t('signin.show')} onClick={() => setShown(!shown)}>
              <Icon name="eye" />
            </button>
          </div>
          {fault && <div className="fault" id="key-fault" role="alert"><Icon name="err" size={14} /><span>{fault}</span></div>}
          <button type="submit" className="btn p lg" disabled={busy} aria-busy={busy}>{busy ? t('signin.opening') : t('signin.open')}</button>
          <div className="hint" id="key-hint"><Icon name="key" size={14} /><span>{t('signin.hint')}</span></div>
        </form>
        <Foot />
      </main>
      <div className="door-side">
        <Weave />
        <p className="t16 b" style={{ bottom: 100 }}>{t('signin.motto')}</p>
        <p className="i2" style={{ bottom: 72 }}>{t('signin.mottoMore')}</p>
      </div>
    </div>
  )
}

function Foot() {
  const { t, i18n } = useTranslation()
  const { mode, choose } = useMode()
  return (
    <div className="door-foot">
      {languages.map((one: Language) => (
        <button type="button" key={one} lang={one} aria-pressed={i18n.language === one} onClick={() => void setLanguage(one)}>{languageName(one)}</button>
      ))}
      <span className="sp" />
      <button type="button" onClick={() => choose(mode === 'dark' ? 'light' : 'dark')}>
        <Icon name={mode === 'dark' ? 'sun' : 'moon'} size={14} />
        {mode === 'dark' ? t('shell.light') : t('shell.dark')}
      </button>
    </div>
  )
}

/** Where one wanted to go before the door was in the way; only ever a page of ours. */
function wanted(state: unknown): string {
  const from = (state as { from?: unknown } | null)?.from
  return typeof from === 'string' && /^\/(?![/\\])/.test(from) ? from : '/flows'
}
