/** A name that is copied by a click. */
import { useTranslation } from 'react-i18next'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'

export function CopyChip({ text, shown = text }: { text: string; shown?: string }) {
  const { t } = useTranslation()
  const say = useFlow((flow) => flow.say)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      say(t('editor.copied', { text }))
    } catch {
      say(t('editor.notCopied'))
    }
  }
  return <button type="button" className="copychip" aria-label={t('editor.copy', { text })} title={t('editor.copy', { text })} onClick={() => void copy()}><span className="mono el">{shown}</span><Icon name="copy" size={12} /></button>
}
