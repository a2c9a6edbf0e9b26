/** The door: by login and password, then a second factor; by an organisation's own sign-in; or by a key. */
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, useLocation, useSearchParams } from 'react-router'
import { ApiError } from '../api/client'
import { door, type Reached, type WaysIn } from '../api/door'
import { useMe } from '../api/me'
import { Icon } from '../icons/Icon'
import { Door } from './signin/Door'
import { Line, Send, Wrong } from './signin/Fields'
import { Forgotten } from './signin/Forgotten'
import { Owed, Which } from './signin/Owed'
import { useTrying } from './signin/trying'

type By = 'password' | 'key' | 'forgotten'
const none: WaysIn = { openid: [], mail: false, hours: 12, began: true }

export function SignIn() {
  const { t } = useTranslation()
  const location = useLocation()
  const { state, load, enter } = useMe()
  const [ways, setWays] = useState<WaysIn | null>(null)
  const [by, setBy] = useState<By | null>(null)
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const [remember, setRemember] = useState(false)
  const [reached, setReached] = useState<Reached | null>(null)
  const trying = useTrying()
  const [search] = useSearchParams()

  useEffect(() => {
    if (state === 'unknown') void load()
  }, [state, load])
  useEffect(() => {
    door.ways().then(setWays, () => setWays(none))
  }, [])
  useEffect(() => {
    document.title = `${t('signin.title')} · Callweave`
  }, [t])

  if (state === 'in') return <Navigate to={wanted(location.state)} replace />
  if (ways === null) return <Door><span className="sp" /></Door>

  const way = by ?? (ways.began ? 'password' : 'key')
  const back = () => {
    setReached(null)
    setPassword('')
    trying.clear()
  }
  const arrive = async (next: Reached) => {
    if (next.csrf) await enter(next.csrf)
    else setReached(next)
  }
  const send = (tenant?: string) => trying.run(async () => arrive(await door.byPassword({ login: login.trim(), password, remember, ...(tenant ? { tenant } : {}) })))
  const refusals: Record<string, string> = { unknown: t('signin.openidUnknown'), disabled: t('signin.openidUnknown'), again: t('signin.openidAgain') }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (login.trim() === '' || password === '') return trying.refuse(t('signin.bothMissing'))
    void send()
  }
  if (reached?.next === 'tenant') return <Door><Which tenants={reached.tenants} onChosen={(tenant) => void send(tenant)} onBack={back} fault={trying.fault} /></Door>
  if (reached) return <Door><Owed reached={reached} onIn={enter} onBack={back} /></Door>
  if (way === 'forgotten') return <Door><Forgotten mail={ways.mail} login={login} onBack={() => setBy('password')} /></Door>
  if (way === 'key') return <Door><ByKey onIn={enter} {...(ways.began || by ? { onBack: () => setBy('password') } : { onPassword: () => setBy('password') })} /></Door>
  return (
    <Door>
      <form onSubmit={submit} noValidate>
        <h1>{t('signin.title')}</h1>
        <p className="lead">{t('signin.lead')}</p>
        <Line id="login" name="username" label={t('signin.login')} value={login} autoFocus autoComplete="username" onValue={(value) => { setLogin(value); trying.clear() }} />
        <Line
          id="password" name="password" label={t('signin.password')} secret value={password} autoComplete="current-password" fault={trying.fault}
          onValue={(value) => { setPassword(value); trying.clear() }}
          aside={<button type="button" className="lnk" onClick={() => { setBy('forgotten'); trying.clear() }}>{t('signin.forgot')}</button>}
        />
        <label className="door-check"><input type="checkbox" checked={remember} onChange={(event) => setRemember(event.target.checked)} />{t('signin.remember', { count: ways.hours })}</label>
        <Send busy={trying.busy}>{trying.busy ? t('signin.opening') : t('signin.open')}</Send>
        <Wrong fault={trying.fault === null && search.has('refused') ? (refusals[search.get('refused') ?? ''] ?? t('signin.openidFailed')) : null} />
        <div className="door-or">{t('signin.or')}</div>
        <div className="door-list">
          {ways.openid.map((one) => (
            <a className="btn lg" key={one.id} href={`/api/v1/sign-in/openid/${one.id}?to=${encodeURIComponent(wanted(location.state))}`}><Icon name="people" />{t('signin.byOpenid', { name: one.name })}</a>
          ))}
          <button type="button" className="btn lg" data-testid="by-key" onClick={() => { setBy('key'); trying.clear() }}><Icon name="key" />{t('signin.byKey')}</button>
        </div>
        <div className="hint"><Icon name="shield" size={14} /><span>{t('signin.waits')}</span></div>
      </form>
    </Door>
  )
}

function ByKey({ onIn, onBack, onPassword }: { onIn: (csrf: string) => Promise<void>; onBack?: () => void; onPassword?: () => void }) {
  const { t } = useTranslation()
  const [key, setKey] = useState('')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const open = async (event: FormEvent) => {
    event.preventDefault()
    const refuse = (words: string) => {
      setFault(words)
      document.getElementById('access-key')?.focus()
    }
    if (key.trim() === '') return refuse(t('signin.empty'))
    setBusy(true)
    setFault(null)
    try {
      await onIn((await door.byKey(key.trim())).csrf ?? '')
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
    <form onSubmit={(event) => void open(event)} noValidate>
      <h1>{t('signin.title')}</h1>
      <p className="lead">{t('signin.lead')}</p>
      <Line id="access-key" name="key" label={t('signin.key')} secret value={key} fault={fault} autoFocus autoComplete="current-password" onValue={(value) => { setKey(value); setFault(null) }} />
      <Send busy={busy}>{busy ? t('signin.opening') : t('signin.open')}</Send>
      <div className="door-ways">
        <button type="button" className="lnk" onClick={onBack ?? onPassword}>{t('signin.byPassword')}</button>
      </div>
      <div className="hint"><Icon name="key" size={14} /><span>{onPassword ? t('signin.firstHint') : t('signin.hint')}</span></div>
    </form>
  )
}

/** Where one wanted to go before the door was in the way; only ever a page of ours. */
function wanted(state: unknown): string {
  const from = (state as { from?: unknown } | null)?.from
  return typeof from === 'string' && /^\/(?![/\\])/.test(from) ? from : '/flows'
}
