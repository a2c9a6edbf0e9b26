/** The numbers whose calls start this flow. Binding takes effect at once, for the version that is published. */
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/client'
import { flows } from '../api/flows'
import { useFlow } from '../flow/store'
import { useTriggers } from '../flow/triggers'
import { Icon } from '../icons/Icon'

export function Numbers() {
  const { t } = useTranslation()
  const id = useFlow((flow) => flow.id)
  const published = useFlow((flow) => flow.published)
  const { list, load } = useTriggers()
  const [number, setNumber] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const run = async (work: () => Promise<unknown>, onTaken: string) => {
    if (!id || busy) return
    setBusy(true)
    setFault(null)
    try {
      await work()
      setNumber('')
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) setFault(onTaken)
      else setFault(error instanceof ApiError ? (error.errors[0]?.message ?? error.message) : String(error))
    } finally {
      await load(id)
      setBusy(false)
    }
  }
  const bind = (event: FormEvent) => {
    event.preventDefault()
    const wanted = number.trim()
    if (wanted && id) void run(() => flows.bind(id, wanted), t('editor.numberTaken', { number: wanted }))
  }
  const calls = list.filter((trigger) => trigger.kind === 'call')
  return (
    <section className="sec numbers" aria-label={t('editor.numbers')}>
      <div className="lab"><span className="b" style={{ color: 'var(--ink)' }}>{t('editor.numbers')}</span></div>
      {calls.length === 0 && <p className="t12 i3">{t('editor.noNumbers')}</p>}
      <ul>
        {calls.map((trigger) => (
          <li key={trigger.id} className="row">
            <Icon name="phone" size={14} /><span className="grow el">{trigger.number}</span>
            <button type="button" className="btn g sm ic" aria-label={t('editor.unbind', { number: trigger.number })} title={t('editor.unbind', { number: trigger.number })} disabled={busy} onClick={() => void run(() => flows.unbind(trigger.id), '')}><Icon name="x" size={14} /></button>
          </li>
        ))}
      </ul>
      <form className="row" onSubmit={bind}>
        <div className="fld grow"><input value={number} inputMode="tel" aria-label={t('editor.newNumber')} aria-invalid={fault !== null} placeholder={t('editor.newNumber')} onChange={(event) => { setNumber(event.target.value); setFault(null) }} /></div>
        <button type="submit" className="btn" disabled={busy || number.trim() === ''}>{t('editor.bind')}</button>
      </form>
      {fault && <div className="hint er" role="alert"><Icon name="warn" size={14} /><span>{fault}</span></div>}
      {calls.length > 0 && published === null && <div className="hint wa"><Icon name="warn" size={14} /><span>{t('editor.notPublishedYet')}</span></div>}
    </section>
  )
}
