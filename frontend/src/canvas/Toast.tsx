/** One short word about what was done, with the way back. */
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useFlow } from '../flow/store'

export function Toast() {
  const { t } = useTranslation()
  const { toast, hush, undo } = useFlow()
  useEffect(() => {
    if (!toast) return
    const timer = setTimeout(hush, 5000)
    return () => clearTimeout(timer)
  }, [toast, hush])
  return (
    <div role="status" aria-live="polite">
      {toast && (
        <div className="toast" key={toast.key}>
          <span>{toast.text}</span>
          {toast.undo && <button type="button" onClick={() => { undo(); hush() }}>{t('editor.undo')}</button>}
        </div>
      )}
    </div>
  )
}
