/** Codes for when the telephone is lost, shown this once: to be copied or kept as a file. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'

export function RecoveryCodes({ codes }: { codes: string[] }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState<boolean | null>(null)
  const text = `${codes.join('\n')}\n`
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      setCopied(false)
    }
  }
  return (
    <div className="codes">
      <ul className="mono" data-testid="recovery-codes" aria-label={t('signin.codes')}>{codes.map((code) => <li key={code}>{code}</li>)}</ul>
      <div className="row codes-ways">
        <button type="button" className="btn sm" onClick={() => void copy()}><Icon name="copy" size={14} />{copied ? t('signin.copied') : t('signin.copy')}</button>
        <a className="btn sm" href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`} download="callweave-codes.txt"><Icon name="dl" size={14} />{t('signin.saveCodes')}</a>
        {copied === false && <span className="t12 i2" role="status">{t('signin.notCopied')}</span>}
      </div>
    </div>
  )
}
