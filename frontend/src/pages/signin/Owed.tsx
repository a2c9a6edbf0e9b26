/** What is owed after a right password: a code of the app, or the app to be set up; then the codes to be kept. */
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { door, type Reached } from '../../api/door'
import { Line, Send, Wrong } from './Fields'
import { QrCode } from './QrCode'
import { RecoveryCodes } from './RecoveryCodes'
import { useTrying } from './trying'

interface Props { reached: Reached; onIn: (csrf: string) => Promise<void>; onBack: () => void }

export function Owed({ reached, onIn, onBack }: Props) {
  const { t } = useTranslation()
  const trying = useTrying()
  const [code, setCode] = useState('')
  const [lost, setLost] = useState(false)
  const [done, setDone] = useState<Reached | null>(null)
  const settingUp = reached.next === 'set_up'

  if (done) {
    return (
      <form noValidate onSubmit={(event) => { event.preventDefault(); void onIn(done.csrf ?? '') }}>
        <h1>{t('signin.codes')}</h1>
        <p className="lead">{t('signin.codesWhat')}</p>
        <RecoveryCodes codes={done.recovery_codes} />
        <Send busy={false}>{t('signin.codesKept')}</Send>
      </form>
    )
  }

  const send = (event: FormEvent) => {
    event.preventDefault()
    if (code.trim() === '') return trying.refuse(t('signin.codeEmpty'))
    void trying.run(async () => {
      const next = await (settingUp ? door.bySetUp(code) : door.byCode(code))
      if (next.recovery_codes.length > 0) setDone(next)
      else await onIn(next.csrf ?? '')
    }).then((well) => well || setCode(''))
  }
  return (
    <form noValidate onSubmit={send}>
      <h1>{settingUp ? t('signin.setUp') : t('signin.second')}</h1>
      <p className="lead">{settingUp ? t('signin.setUpWhat') : lost ? t('signin.lostWhat') : t('signin.secondWhat')}</p>
      {settingUp && reached.address && <Scan address={reached.address} secret={reached.secret ?? ''} />}
      <Line
        key={String(lost)}
        id="code"
        label={lost ? t('signin.recovery') : t('signin.code')}
        value={code}
        onValue={(value) => { setCode(value); trying.clear() }}
        fault={trying.fault}
        autoFocus
        autoComplete="one-time-code"
        {...(lost ? {} : { inputMode: 'numeric' as const, maxLength: 7 })}
      />
      <Send busy={trying.busy}>{settingUp ? t('signin.setUpSend') : t('signin.open')}</Send>
      <div className="door-ways">
        {!settingUp && <button type="button" className="lnk" onClick={() => { setLost(!lost); setCode(''); trying.clear() }}>{lost ? t('signin.haveApp') : t('signin.lost')}</button>}
        <span className="sp" />
        <button type="button" className="lnk" onClick={onBack}>{t('signin.back')}</button>
      </div>
    </form>
  )
}

/** The square of dots, and its secret in letters for those who cannot take a picture of it. */
export function Scan({ address, secret }: { address: string; secret: string }) {
  const { t } = useTranslation()
  return (
    <div className="scan">
      <QrCode text={address} label={t('signin.qr')} />
      <details className="t12 i2">
        <summary>{t('signin.byHand')}</summary>
        <code className="mono" data-testid="secret">{secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
      </details>
    </div>
  )
}

/** One login in several organisations: which one? */
export function Which({ tenants, onChosen, onBack, fault }: { tenants: string[]; onChosen: (tenant: string) => void; onBack: () => void; fault: string | null }) {
  const { t } = useTranslation()
  return (
    <form noValidate onSubmit={(event) => event.preventDefault()}>
      <h1>{t('signin.which')}</h1>
      <p className="lead">{t('signin.whichWhat')}</p>
      <div className="door-list">
        {tenants.map((tenant) => <button type="button" className="btn lg" key={tenant} onClick={() => onChosen(tenant)}>{tenant}</button>)}
      </div>
      <Wrong fault={fault} />
      <div className="door-ways"><button type="button" className="lnk" onClick={onBack}>{t('signin.back')}</button></div>
    </form>
  )
}
