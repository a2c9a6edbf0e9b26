/** The gate before every page but the door: asks once who is signed in, and dresses antd for what comes inside. */
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, Outlet, useLocation } from 'react-router'
import { useMe } from '../../api/me'
import { Antd } from '../../theme/Antd'

export function SignedIn() {
  const { state, load } = useMe()
  const location = useLocation()
  const { t } = useTranslation()
  useEffect(() => {
    if (state === 'unknown') void load()
  }, [state, load])
  if (state === 'out') return <Navigate to="/sign-in" replace state={{ from: location.pathname + location.search }} />
  if (state === 'unreachable') {
    return (
      <main className="state" role="alert">
        <span className="t14 b">{t('shell.unreachable')}</span>
        <span>{t('shell.unreachableWhat')}</span>
        <button type="button" className="btn" onClick={() => void load()}>{t('shell.retry')}</button>
      </main>
    )
  }
  if (state === 'unknown') return null
  return (
    <Antd>
      <Outlet />
    </Antd>
  )
}
