import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

export function NotFound() {
  const { t } = useTranslation()
  return (
    <main className="state">
      <span className="t14 b">{t('shell.notFound')}</span>
      <Link to="/flows">{t('shell.toFlows')}</Link>
    </main>
  )
}
