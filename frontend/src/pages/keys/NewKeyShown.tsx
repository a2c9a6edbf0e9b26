/** The text of a key that has just been made: shown this once. */
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { NewKey } from '../../api/rights'
import { Icon } from '../../icons/Icon'

export function NewKeyShown({ made, onClose }: { made: NewKey; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal open title={made.name} width={520} closable={false} mask={{ closable: false }} keyboard={false} okText={t('rights.haveIt')} cancelButtonProps={{ style: { display: 'none' } }} onOk={onClose}>
      <div className="keys-shown">
        <Once label={t('rights.key')} text={made.key} testid="key-text" />
        <span className="i3 t12">{t('rights.keyOnce')}</span>
        <span className="i2 t12">{t('rights.keyUse')}</span>
        <code className="mono">Authorization: Bearer {made.key.slice(0, 7)}…</code>
      </div>
    </Modal>
  )
}

/** A text to copy; it is not shown again. */
export function Once({ label, text, testid }: { label: string; text: string; testid: string }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <div className="keys-once">
      <Input readOnly value={text} aria-label={label} className="mono" data-testid={testid} onFocus={(event) => event.target.select()} />
      {globalThis.isSecureContext && <Button icon={<Icon name={copied ? 'check' : 'copy'} size={14} />} onClick={() => void copy()}>{copied ? t('rights.copied') : t('rights.copy')}</Button>}
    </div>
  )
}
