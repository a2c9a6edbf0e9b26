/** Under the top bar when the draft is not on the server: what happened, what is safe, what to do. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFlow } from '../../flow/store'
import { Icon } from '../../icons/Icon'

export function SaveTrouble() {
  const { t } = useTranslation()
  const { save, retrySave } = useFlow()
  if (save.kind === 'refused') return <div className="trouble" role="alert"><Icon name="warn" /><span className="grow">{t('editor.refused', { reason: save.reason })}</span></div>
  if (save.kind !== 'kept') return null
  return (
    <div className="trouble" role="alert" title={save.reason}>
      <Icon name="err" />
      <span className="grow"><b>{t('together.notSaved')} <Away since={save.since} />{t('together.notSavedEnd')}</b> {t('together.notSavedSafe')}</span>
      <button type="button" className="btn sm" onClick={retrySave}><Icon name="retry" size={14} />{t('together.tryNow')}</button>
    </div>
  )
}

/** How long the network has been away, counted on its own, so that nothing else is read out again each second. */
function Away({ since }: { since: Date }) {
  const { t } = useTranslation()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(1, Math.round((now - since.getTime()) / 1000))
  const words = seconds < 120 ? t('together.seconds', { count: seconds }) : t('together.minutes', { count: Math.round(seconds / 60) })
  return <span aria-live="off">{words}</span>
}
