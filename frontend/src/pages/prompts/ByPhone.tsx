/** A prompt spoken by telephone: we call, he speaks after the tone, and what he keeps is heard from then on. */
import { Alert, Button, Input } from 'antd'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client'
import { assets, speech, type Recorded } from '../../api/sounds'
import { type Spoken, isSilent } from '../../form/prompt'
import { Icon } from '../../icons/Icon'
import { troubleOf } from '../material/problem'

const every = 1_500
const over: Recorded[] = ['kept', 'discarded', 'not_reached', 'failed']
interface Props { asset: string; language: string; spoken: Spoken | undefined; disabled: boolean; onKept: (asset: string) => void }

export function ByPhone({ asset, language, spoken, disabled, onKept }: Props) {
  const { t } = useTranslation()
  const id = useId()
  const [phone, setPhone] = useState(() => localStorage.getItem('callweave.phone') ?? '')
  const [call, setCall] = useState<string | null>(null)
  const [state, setState] = useState<Recorded | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const begin = async () => {
    setBusy(true)
    setFailed(null)
    setState(null)
    try {
      const number = phone.replace(/[\s()-]/g, '')
      localStorage.setItem('callweave.phone', number)
      await there(asset, language, spoken)
      setCall((await assets.record(asset, number, language)).session)
      setState('calling')
    } catch (problem) {
      const { message, errors } = troubleOf(problem)
      setFailed(errors[0]?.message ?? message)
    }
    setBusy(false)
  }
  useEffect(() => {
    if (call === null) return undefined
    const look = async () => {
      try {
        const now = (await assets.recorded(asset, call)).state
        if (now === 'recorded') await assets.take(asset, call)
        const end = now === 'recorded' ? 'kept' : now
        setState(end)
        if (!over.includes(end)) return
        setCall(null)
        if (end === 'kept') onKept(asset)
      } catch (problem) {
        // The session is not there yet in the first moment.
        if (!(problem instanceof ApiError) || problem.status !== 404) { setFailed(troubleOf(problem).message); setCall(null) }
      }
    }
    const timer = setInterval(() => void look(), every)
    return () => clearInterval(timer)
  }, [call, asset, onKept])

  return (
    <>
      <label className="lab" htmlFor={id}>{t('prompts.callWhom')}</label>
      <div className="row">
        <Input id={id} value={phone} placeholder="13800138000" disabled={disabled || call !== null} onChange={(event) => setPhone(event.target.value)} />
        <Button loading={busy || call !== null} disabled={disabled || phone.trim() === '' || isSilent(spoken)} icon={<Icon name="phone" size={14} />} onClick={() => void begin()}>{t('prompts.call')}</Button>
      </div>
      <p className="i3 t12">{t('prompts.phoneWhat')}</p>
      {state && <Alert type={state === 'kept' ? 'success' : over.includes(state) ? 'warning' : 'info'} showIcon title={t(`prompts.call_is.${state}`)} />}
      {failed && <Alert type="error" showIcon title={failed} />}
    </>
  )
}

/** An asset has to be there before somebody speaks its next version: its first one is the speech of now. */
async function there(asset: string, language: string, spoken: Spoken | undefined): Promise<void> {
  try {
    await assets.one(asset)
  } catch (problem) {
    if (!(problem instanceof ApiError) || problem.status !== 404) throw problem
    const made = await speech({ prompt: { [language]: spoken ?? '' }, language, record: {}, contact: {} })
    await assets.make(asset, language, new Blob([made], { type: 'audio/wav' }), 'speech.wav')
  }
}
