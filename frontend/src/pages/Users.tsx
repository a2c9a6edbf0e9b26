/** The people who sign in here: invited by a link, given a role, disabled, helped when they cannot come in. */
import { Button, Switch } from 'antd'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { people, type MadeLink, type User } from '../api/door'
import { useRefreshed } from '../api/useRefreshed'
import { Icon } from '../icons/Icon'
import { UserTable } from './users/UserTable'
import './users/users.css'

const refreshEvery = 15_000
const Invite = lazy(async () => ({ default: (await import('./users/Invite')).Invite }))
const LinkShown = lazy(async () => ({ default: (await import('./users/LinkShown')).LinkShown }))

async function look() {
  const [rows, rules] = await Promise.all([people.list(), people.rules()])
  return { users: rows.items, required: rules.second_factor_required }
}

export function Users() {
  const { t } = useTranslation()
  const { data: seen, failed, load } = useRefreshed(look, refreshEvery)
  const [inviting, setInviting] = useState(false)
  const [made, setMade] = useState<{ user: User; link: MadeLink } | null>(null)
  const [refused, setRefused] = useState<string | null>(null)

  useEffect(() => {
    document.title = `${t('people.title')} · Callweave`
  }, [t])
  const act = useCallback(async (what: () => Promise<unknown>) => {
    setRefused(null)
    try {
      await what()
    } catch (problem) {
      setRefused(problem instanceof Error ? problem.message : String(problem))
    }
    await load()
  }, [load])

  const empty = seen?.users.length === 0
  return (
    <>
      <header className="hdr">
        <h1 className="t16 b">{t('people.title')}</h1>
        {seen && <span className="i3" data-testid="user-count">{seen.users.length}</span>}
        <span className="sp" />
        <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setInviting(true)} data-testid="invite">{t('people.invite')}</Button>
      </header>
      <main className="content people">
        {(failed ?? refused) !== null && (
          <div className="card people-failed" role="alert">
            <Icon name="err" />
            <div className="grow"><div className="b">{refused === null ? t('people.notLoaded') : t('people.notDone')}</div><div className="i2 t12">{refused ?? failed}</div></div>
            <Button icon={<Icon name={refused === null ? 'retry' : 'x'} size={14} />} onClick={() => (refused === null ? void load() : setRefused(null))}>{refused === null ? t('shell.retry') : t('shell.close')}</Button>
          </div>
        )}
        {seen === null && failed === null && <div className="card people-skeleton" aria-busy="true"><span className="skel" style={{ width: 260, height: 16 }} /></div>}
        {empty && (
          <div className="card people-empty">
            <Icon name="people" size={20} />
            <span className="b">{t('people.none')}</span>
            <span className="i2">{t('people.noneWhat')}</span>
          </div>
        )}
        {seen && !empty && <section className="card people-group"><UserTable users={seen.users} act={act} onLink={(user, link) => setMade({ user, link })} /></section>}
        {seen && (
          <section className="card people-rule">
            <Icon name="shield" />
            <div className="grow">
              <div className="b" id="rule-name">{t('people.required')}</div>
              <div className="i2 t12">{t('people.requiredWhat')}</div>
            </div>
            <Switch checked={seen.required} aria-labelledby="rule-name" onChange={(required) => void act(() => people.setRules(required))} />
          </section>
        )}
      </main>
      <Suspense fallback={null}>
        {inviting && <Invite onClose={() => setInviting(false)} onMade={(user, link) => { setInviting(false); setMade({ user, link }); void load() }} />}
        {made && <LinkShown user={made.user} made={made.link} onClose={() => setMade(null)} />}
      </Suspense>
    </>
  )
}
