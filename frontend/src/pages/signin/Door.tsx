/** The frame of the door: a column for what is asked, the weave beside it, language and appearance at its foot. */
import { type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { languageName } from '../../form/languages'
import { type Language, languages, setLanguage } from '../../i18n'
import { Icon } from '../../icons/Icon'
import { Logo } from '../../icons/Logo'
import { useMode } from '../../theme/mode'
import { Weave } from './Weave'
import './signin.css'

export function Door({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className="door">
      <main className="door-form">
        <div className="row"><Logo /><span className="b t14">Callweave</span></div>
        {children}
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
