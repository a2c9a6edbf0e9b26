/** Under the top bar when the draft is not on the server: what happened, what is safe, what to do. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFlow } from '../../flow/store'
import { Icon } from '../../icons/Icon'

export function SaveTrouble() {
  const { t } = useTranslation()
  const { save, retrySave, overwrite, reload } = useFlow()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  const run = async (work: () => Promise<void>) => {
    setBusy(true)
    setFailed(null)
    try {
      await work()
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error))
    } finally {
      setBusy(false)
    }
  }
  if (save.kind === 'kept') {
    return (
      <div className="trouble" role="alert">
        <Icon name="warn" /><span className="grow">{t('editor.notSaved', { reason: save.reason })}</span>
        <button type="button" className="btn sm" onClick={retrySave}>{t('shell.retry')}</button>
      </div>
    )
  }
  if (save.kind === 'refused') return <div className="trouble" role="alert"><Icon name="warn" /><span className="grow">{t('editor.refused', { reason: save.reason })}</span></div>
  if (save.kind !== 'conflict') return null
  return (
    <div className="trouble" role="alert">
      <Icon name="people" /><span className="grow"><b>{t('editor.conflict')}</b> {failed ?? t('editor.conflictWhat')}</span>
      <button type="button" className="btn sm" disabled={busy} onClick={() => void run(reload)}>{t('editor.takeTheirs')}</button>
      <button type="button" className="btn sm" disabled={busy} onClick={() => void run(overwrite)}>{t('editor.keepMine')}</button>
    </div>
  )
}
