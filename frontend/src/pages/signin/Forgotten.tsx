/** A password that was forgotten: a link by mail, or whom to ask where none is sent. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { door } from '../../api/door'
import { Icon } from '../../icons/Icon'
import { Line, Send } from './Fields'
import { useTrying } from './trying'

export function Forgotten({ mail, login, onBack }: { mail: boolean; login: string; onBack: () => void }) {
  const { t } = useTranslation()
  const trying = useTrying()
  const [to, setTo] = useState(login)
  const [sent, setSent] = useState(false)
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (to.trim() === '') return trying.refuse(t('signin.bothMissing'))
    void trying.run(async () => {
      await door.forgotten(to.trim())
      setSent(true)
    })
  }
  return (
    <form onSubmit={send} noValidate>
      <h1>{t('signin.forgot')}</h1>
      {mail ? <p className="lead">{t('signin.forgotWhat')}</p> : <p className="lead">{t('signin.forgotAsk')}</p>}
      {mail && !sent && <Line label={t('signin.login')} value={to} autoFocus autoComplete="username" fault={trying.fault} onValue={(value) => { setTo(value); trying.clear() }} />}
      {mail && !sent && <Send busy={trying.busy}>{t('signin.sendLink')}</Send>}
      {sent && <div className="door-done" role="status"><Icon name="check" /><span>{t('signin.linkSent')}</span></div>}
      <div className="door-ways"><button type="button" className="lnk" onClick={onBack}>{t('signin.back')}</button></div>
    </form>
  )
}
