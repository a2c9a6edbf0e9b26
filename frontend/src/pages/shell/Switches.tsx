/** Language and appearance: two small buttons, each saying what it is and cycling through what there is. */
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import type { IconName } from '../../icons/paths'
import { setLanguage } from '../../i18n'
import { useMode, type ModeChoice } from '../../theme/mode'

/** The button is named in the language it switches to, so that whoever needs it can read it. */
export function LanguageSwitch() {
  const { i18n, t } = useTranslation()
  const other = i18n.language === 'en' ? 'zh-CN' : 'en'
  const label = other === 'en' ? 'English' : '中文'
  return (
    <button type="button" className="btn g sm ic i2" lang={other} aria-label={`${other === 'en' ? 'EN' : '中'} · ${label}`} title={`${t('shell.language')} · ${label}`} onClick={() => void setLanguage(other)}>
      {other === 'en' ? 'EN' : '中'}
    </button>
  )
}

const order: ModeChoice[] = ['system', 'light', 'dark']
const icons: Record<ModeChoice, IconName> = { system: 'screen', light: 'sun', dark: 'moon' }

export function ModeSwitch() {
  const { t } = useTranslation()
  const { choice, choose } = useMode()
  const words: Record<ModeChoice, string> = { system: t('shell.system'), light: t('shell.light'), dark: t('shell.dark') }
  const label = `${t('shell.appearance')}: ${words[choice]}`
  const next = order[(order.indexOf(choice) + 1) % order.length] ?? 'system'
  return (
    <button type="button" className="btn g sm ic i2" aria-label={label} title={label} onClick={() => choose(next)}>
      <Icon name={icons[choice]} size={14} />
    </button>
  )
}
