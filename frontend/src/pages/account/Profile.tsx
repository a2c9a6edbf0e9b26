import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { account, type Account } from '../../api/door'
import { useMe } from '../../api/me'
import { languageName } from '../../form/languages'
import { type Language, languages, setLanguage } from '../../i18n'
import { useRoleWords } from '../users/roles'
import { useTrying } from '../signin/trying'
import { Wrong } from '../signin/Fields'

export function Profile({ own, onChanged }: { own: Account; onChanged: () => Promise<void> }) {
  const { t, i18n } = useTranslation()
  const now: Language = i18n.language === 'en' ? 'en' : 'zh-CN'
  const words = useRoleWords()
  const reload = useMe((state) => state.load)
  const [name, setName] = useState(own.name)
  const trying = useTrying()
  const save = () => void trying.run(async () => {
    await account.put({ name: name.trim() })
    await Promise.all([onChanged(), reload()])
  })
  const speak = (language: Language) => void trying.run(async () => {
    await account.put({ language })
    await setLanguage(language)
    await onChanged()
  })
  return (
    <section className="card account-card" aria-label={t('account.profile')}>
      <h2 className="t14 b">{t('account.profile')}</h2>
      <dl>
        <dt>{t('people.login')}</dt><dd>{own.login}</dd>
        <dt>{t('account.tenant')}</dt><dd>{own.tenant}</dd>
        <dt>{t('people.role')}</dt><dd>{words(own.role)}</dd>
      </dl>
      <label className="lab" htmlFor="account-name">{t('people.name')}</label>
      <div className="row account-line">
        <Input id="account-name" value={name} maxLength={200} onChange={(event) => setName(event.target.value)} onPressEnter={save} />
        <Button disabled={name.trim() === '' || name.trim() === own.name} loading={trying.busy} onClick={save}>{t('account.save')}</Button>
      </div>
      <label className="lab" htmlFor="account-language">{t('shell.language')}</label>
      <div className="row account-line">
        <Select<Language> id="account-language" value={own.language ?? now} options={languages.map((one) => ({ value: one, label: languageName(one) }))} loading={trying.busy} onChange={speak} style={{ width: 160 }} />
        <span className="i2 t12">{t('account.languageWhat')}</span>
      </div>
      <Wrong fault={trying.fault ?? trying.of('name')} />
    </section>
  )
}
