/** To what the help says of the page that is open, in the language that is read. */
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { Icon } from '../../icons/Icon'
import { helpFor } from './help'

export function HelpLink({ small }: { small?: boolean }) {
  const { t, i18n } = useTranslation()
  const { pathname } = useLocation()
  return (
    <a
      className={small ? 'btn g sm ic' : 'it'} href={helpFor(pathname, i18n.language)} target="_blank" rel="noreferrer"
      aria-label={t('shell.help')} title={t('shell.help')} data-testid="help"
    >
      <Icon name="unknown" size={small ? 14 : undefined} />
      {!small && <span className="wide">{t('shell.help')}</span>}
    </a>
  )
}
