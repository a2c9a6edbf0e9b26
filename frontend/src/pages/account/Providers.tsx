/** The organisation's own sign-ins: linked to one's account after the password, and unlinked again. */
import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { account, type Account, type LinkedProvider } from '../../api/door'
import { Wrong } from '../signin/Fields'
import { useTrying } from '../signin/trying'

const outcomes = ['linked', 'taken', 'refused'] as const

export function Providers({ own, onChanged }: { own: Account; onChanged: () => Promise<void> }) {
  const { t } = useTranslation()
  const [query] = useSearchParams()
  const [asked, setAsked] = useState<LinkedProvider | null>(null)
  const [typed, setTyped] = useState('')
  const trying = useTrying()
  const outcome = outcomes.find((one) => query.has(one))
  const ask = (provider: LinkedProvider | null) => {
    setAsked(provider)
    setTyped('')
    trying.clear()
  }
  const carry = (provider: LinkedProvider, password: string) => void trying.run(async () => {
    if (!provider.linked) {
      window.location.assign(await account.linkOpenId(provider.id, password))
      return
    }
    await account.unlinkOpenId(provider.id, password)
    ask(null)
    await onChanged()
  })
  const begin = (provider: LinkedProvider) => {
    ask(own.has_password ? provider : null)
    if (!own.has_password) carry(provider, '')
  }
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (asked) carry(asked, typed)
  }
  if (own.providers.length === 0) return null
  return (
    <section className="card account-card" aria-label={t('account.providers')}>
      <h2 className="t14 b">{t('account.providers')}</h2>
      <span className="i2">{t('account.providersWhat')}</span>
      {outcome && <span role="status" className={outcome === 'linked' ? 'chip ok' : 'chip wa'}>{t(`account.provider_${outcome}`)}</span>}
      {own.providers.map((one) => (
        <div className="row" key={one.id} data-testid="provider">
          <span>{one.name}</span>
          {one.linked && <span className="chip ok">{t('account.isLinked')}</span>}
          <span className="sp" />
          <Button onClick={() => begin(one)} aria-label={t(one.linked ? 'account.unlinkOf' : 'account.linkOf', { name: one.name })}>{t(one.linked ? 'account.unlink' : 'account.link')}</Button>
        </div>
      ))}
      {asked && (
        <form onSubmit={send} noValidate className="account-form">
          <div>
            <label className="lab" htmlFor="provider-password">{t('account.now')}</label>
            <Input.Password id="provider-password" autoFocus autoComplete="current-password" value={typed} onChange={(event) => { setTyped(event.target.value); trying.clear() }} />
            <Wrong fault={trying.of('password')} />
          </div>
          <div className="row"><Button htmlType="submit" type="primary" danger={asked.linked} loading={trying.busy}>{t(asked.linked ? 'account.unlinkOf' : 'account.linkOf', { name: asked.name })}</Button><Button onClick={() => ask(null)}>{t('shell.cancel')}</Button></div>
        </form>
      )}
      <Wrong fault={trying.fault} />
    </section>
  )
}
