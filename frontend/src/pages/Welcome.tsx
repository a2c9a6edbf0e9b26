/** Where a link leads: an invitation or a reset. One chooses a password, and is in. */
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { ApiError } from '../api/client'
import { door, type Reached, type SeenLink } from '../api/door'
import { useMe } from '../api/me'
import { Icon } from '../icons/Icon'
import { Door } from './signin/Door'
import { Line, Send, Wrong } from './signin/Fields'
import { Owed } from './signin/Owed'
import { useTrying } from './signin/trying'

export function Welcome() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const enter = useMe((one) => one.enter)
  const [token] = useState(() => window.location.hash.slice(1))
  const [seen, setSeen] = useState<SeenLink | null>(null)
  const [over, setOver] = useState<string | null>(null)
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [reached, setReached] = useState<Reached | null>(null)
  const trying = useTrying()

  useEffect(() => {
    document.title = `${t('signin.welcome')} · Callweave`
  }, [t])
  useEffect(() => {
    if (token === '') return setOver(t('signin.linkOver'))
    door.look(token).then(
      (link) => {
        setSeen(link)
        setName(link.name)
      },
      (problem: unknown) => setOver(problem instanceof ApiError && problem.status === 404 ? t('signin.linkOver') : t('signin.unreachable')),
    )
  }, [token, t])

  const onIn = async (csrf: string) => {
    await enter(csrf)
    await navigate('/flows', { replace: true })
  }
  if (over !== null) {
    return (
      <Door>
        <form onSubmit={(event) => event.preventDefault()}>
          <h1>{t('signin.linkOverTitle')}</h1>
          <p className="lead">{over}</p>
          <div><Link className="btn" to="/sign-in">{t('signin.toDoor')}</Link></div>
        </form>
      </Door>
    )
  }
  if (seen === null) return <Door><span className="sp" /></Door>
  if (reached) return <Door><Owed reached={reached} onIn={onIn} onBack={() => void navigate('/sign-in')} /></Door>

  const invited = seen.kind === 'invitation'
  const send = (event: FormEvent) => {
    event.preventDefault()
    void trying.run(async () => {
      const next = await door.use(token, password, invited && name.trim() !== '' ? name.trim() : null)
      window.history.replaceState(null, '', '/welcome')
      if (next.csrf) await onIn(next.csrf)
      else setReached(next)
    })
  }
  return (
    <Door>
      <form onSubmit={send} noValidate>
        <h1>{invited ? t('signin.welcome') : t('signin.newPassword')}</h1>
        <p className="lead">{invited ? t('signin.welcomeWhat', { tenant: seen.tenant }) : t('signin.newPasswordWhat')}</p>
        <div className="door-who"><Icon name="people" size={14} /><span className="i2">{t('signin.signInAs')}</span> <span className="b">{seen.login}</span></div>
        {invited && <Line id="name" label={t('signin.name')} value={name} autoComplete="name" fault={trying.of('name')} onValue={(value) => { setName(value); trying.clear() }} />}
        <input type="hidden" name="username" autoComplete="username" value={seen.login} readOnly />
        <Line
          id="new-password" label={t('signin.choose')} secret value={password} autoFocus autoComplete="new-password" fault={trying.of('password')}
          onValue={(value) => { setPassword(value); trying.clear() }}
          hint={t('signin.chooseHow', { count: seen.shortest })}
        />
        <Wrong fault={trying.fault} />
        <Send busy={trying.busy}>{invited ? t('signin.begin') : t('signin.setPassword')}</Send>
      </form>
    </Door>
  )
}
