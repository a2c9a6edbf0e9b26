/** One's own account: name and language, password, second factor, and where one is signed in. */
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { account } from '../api/door'
import { useRefreshed } from '../api/useRefreshed'
import { Password } from './account/Password'
import { Providers } from './account/Providers'
import { Profile } from './account/Profile'
import { SecondFactor } from './account/SecondFactor'
import { Sessions } from './account/Sessions'
import './account/account.css'

const refreshEvery = 20_000

async function look() {
  const [own, sessions] = await Promise.all([account.get(), account.sessions()])
  return { own, sessions }
}

export function Account() {
  const { t } = useTranslation()
  const { data, failed, load } = useRefreshed(look, refreshEvery)
  useEffect(() => {
    document.title = `${t('account.title')} · Callweave`
  }, [t])
  return (
    <>
      <header className="hdr"><h1 className="t16 b">{t('account.title')}</h1></header>
      <main className="content account">
        {data === null && failed !== null && <div className="card account-card" role="alert">{failed}</div>}
        {data && (
          <>
            <Profile own={data.own} onChanged={load} />
            <Password own={data.own} onChanged={load} />
            <SecondFactor own={data.own} onChanged={load} />
            <Providers own={data.own} onChanged={load} />
            <Sessions rows={data.sessions} onChanged={load} />
          </>
        )}
      </main>
    </>
  )
}
