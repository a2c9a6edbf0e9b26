/** What is shown when a page throws: what happened, what is safe, what to do. */
import { useTranslation } from 'react-i18next'
import { useRouteError } from 'react-router'

export function PageBroken() {
  const { t } = useTranslation()
  const error = useRouteError()
  return (
    <main className="state" role="alert">
      <span className="t14 b">{t('shell.broken')}</span>
      <span>{t('shell.brokenWhat')}</span>
      <button type="button" className="btn" onClick={() => window.location.reload()}>{t('shell.reload')}</button>
      <details className="t12 i3">
        <summary>{t('shell.details')}</summary>
        <code className="mono">{error instanceof Error ? error.message : String(error)}</code>
      </details>
    </main>
  )
}
