/** The second factor: set up by a square of dots, with codes for when the telephone is lost; taken off by the password. */
import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { account, type Account, type SetUp } from '../../api/door'
import { Wrong } from '../signin/Fields'
import { Scan } from '../signin/Owed'
import { RecoveryCodes } from '../signin/RecoveryCodes'
import { useTrying } from '../signin/trying'
import '../signin/signin.css'

type Step = { is: 'rest' } | { is: 'ask'; what: 'begin' | 'remove' | 'codes' } | { is: 'scan'; made: SetUp } | { is: 'codes'; codes: string[] }

export function SecondFactor({ own, onChanged }: { own: Account; onChanged: () => Promise<void> }) {
  const { t } = useTranslation()
  const [step, setStep] = useState<Step>({ is: 'rest' })
  const [typed, setTyped] = useState('')
  const trying = useTrying()
  const go = (next: Step) => {
    setStep(next)
    setTyped('')
    trying.clear()
  }
  const carry = async (what: 'begin' | 'remove' | 'codes', password: string) => {
    if (what === 'begin') go({ is: 'scan', made: await account.beginFactor(password) })
    else if (what === 'codes') go({ is: 'codes', codes: await account.newCodes(password) })
    else {
      await account.removeFactor(password)
      go({ is: 'rest' })
    }
    await onChanged()
  }
  const ask = (what: 'begin' | 'remove' | 'codes') => (own.has_password ? go({ is: 'ask', what }) : void trying.run(() => carry(what, '')))
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (step.is === 'ask') void trying.run(() => carry(step.what, typed))
    if (step.is === 'scan') {
      void trying.run(async () => {
        go({ is: 'codes', codes: await account.setFactor(typed) })
        await onChanged()
      })
    }
  }
  return (
    <section className="card account-card" aria-label={t('people.factor')}>
      <div className="row">
        <h2 className="t14 b">{t('people.factor')}</h2>
        {own.second_factor ? <span className="chip ok">{t('people.on')}</span> : <span className={own.second_factor_required ? 'chip wa' : 'chip'}>{t('account.off')}</span>}
        <span className="sp" />
        {step.is === 'rest' && !own.second_factor && <Button onClick={() => ask('begin')}>{t('signin.setUp')}</Button>}
        {step.is === 'rest' && own.second_factor && <Button onClick={() => ask('codes')}>{t('account.newCodes')}</Button>}
        {step.is === 'rest' && own.second_factor && !own.second_factor_required && <Button onClick={() => ask('remove')}>{t('account.removeFactor')}</Button>}
      </div>
      {step.is === 'rest' && <span className="i2">{own.second_factor ? t('account.codesLeft', { count: own.recovery_codes }) : t('account.factorWhat')}</span>}
      {step.is === 'ask' && (
        <form onSubmit={send} noValidate className="account-form">
          <div>
            <label className="lab" htmlFor="factor-password">{t('account.now')}</label>
            <Input.Password id="factor-password" autoFocus autoComplete="current-password" value={typed} onChange={(event) => { setTyped(event.target.value); trying.clear() }} />
            <Wrong fault={trying.of('password')} />
          </div>
          <Wrong fault={trying.fault} />
          <div className="row"><Button htmlType="submit" type="primary" danger={step.what === 'remove'} loading={trying.busy}>{step.what === 'remove' ? t('account.removeFactor') : t('account.goOn')}</Button><Button onClick={() => go({ is: 'rest' })}>{t('shell.cancel')}</Button></div>
        </form>
      )}
      {step.is === 'scan' && (
        <form onSubmit={send} noValidate className="account-form account-scan">
          <span className="i2">{t('account.scan')}</span>
          <Scan address={step.made.address} secret={step.made.secret} />
          <div>
            <label className="lab" htmlFor="factor-code">{t('signin.code')}</label>
            <Input id="factor-code" autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={7} value={typed} onChange={(event) => { setTyped(event.target.value); trying.clear() }} />
            <Wrong fault={trying.of('code')} />
          </div>
          <Wrong fault={trying.fault} />
          <div className="row"><Button htmlType="submit" type="primary" loading={trying.busy}>{t('signin.setUpSend')}</Button><Button onClick={() => go({ is: 'rest' })}>{t('shell.cancel')}</Button></div>
        </form>
      )}
      {step.is === 'codes' && (
        <div className="account-form">
          <span className="i2">{t('signin.codesWhat')}</span>
          <RecoveryCodes codes={step.codes} />
          <div className="row"><Button type="primary" onClick={() => go({ is: 'rest' })}>{t('signin.codesKept')}</Button></div>
        </div>
      )}
    </section>
  )
}
