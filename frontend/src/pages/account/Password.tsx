import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { account, type Account } from '../../api/door'
import { dayAndClock } from '../../i18n/time'
import { Wrong } from '../signin/Fields'
import { useTrying } from '../signin/trying'

export function Password({ own, onChanged }: { own: Account; onChanged: () => Promise<void> }) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState(false)
  const [before, setBefore] = useState('')
  const [next, setNext] = useState('')
  const [done, setDone] = useState(false)
  const trying = useTrying()
  const save = (event: FormEvent) => {
    event.preventDefault()
    void trying.run(async () => {
      await account.password(before, next)
      setOpen(false)
      setBefore('')
      setNext('')
      setDone(true)
      await onChanged()
    })
  }
  return (
    <section className="card account-card" aria-label={t('signin.password')}>
      <div className="row">
        <h2 className="t14 b">{t('signin.password')}</h2>
        <span className="sp" />
        {!open && <Button onClick={() => { setOpen(true); setDone(false) }}>{own.has_password ? t('account.change') : t('account.choose')}</Button>}
      </div>
      {!open && <span className="i2">{done ? t('account.changed') : own.password_at ? t('account.setAt', { time: dayAndClock(new Date(own.password_at), i18n.language) }) : t('account.noPassword')}</span>}
      {open && (
        <form onSubmit={save} noValidate className="account-form">
          <input type="hidden" name="username" autoComplete="username" value={own.login} readOnly />
          {own.has_password && (
            <div>
              <label className="lab" htmlFor="password-now">{t('account.now')}</label>
              <Input.Password id="password-now" autoFocus autoComplete="current-password" value={before} status={trying.of('password') ? 'error' : ''} onChange={(event) => setBefore(event.target.value)} />
              <Wrong fault={trying.of('password')} />
            </div>
          )}
          <div>
            <label className="lab" htmlFor="password-next">{t('account.next')}</label>
            <Input.Password id="password-next" autoComplete="new-password" value={next} status={trying.of('new') ? 'error' : ''} onChange={(event) => setNext(event.target.value)} />
            <Wrong fault={trying.of('new')} />
            <span className="i3 t12">{t('signin.chooseHow', { count: own.shortest })}</span>
          </div>
          <Wrong fault={trying.fault} />
          <span className="i2 t12">{t('account.othersEnd')}</span>
          <div className="row"><Button htmlType="submit" type="primary" loading={trying.busy} disabled={next === ''}>{t('account.change')}</Button><Button onClick={() => { setOpen(false); trying.clear() }}>{t('shell.cancel')}</Button></div>
        </form>
      )}
    </section>
  )
}
