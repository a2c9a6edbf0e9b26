/** A link that was just made: shown this once, to be given to the user by hand; it was mailed, too, where that is set up. */
import { Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MadeLink, User } from '../../api/door'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'

export function LinkShown({ user, made, onClose }: { user: User; made: MadeLink; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const [copied, setCopied] = useState<boolean | null>(null)
  const link = window.location.origin + made.link
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link)
      setCopied(true)
    } catch {
      setCopied(false)
    }
  }
  return (
    <Modal open title={t('people.linkOf', { name: user.name })} okText={t('people.done')} cancelButtonProps={{ style: { display: 'none' } }} closable={false} mask={{ closable: false }} keyboard={false} onOk={onClose} width={520}>
      <div className="people-link">
        <span className="i2">{made.mailed ? t('people.mailed', { login: user.login }) : t('people.giveIt')}</span>
        <div className="row">
          <Input readOnly value={link} aria-label={t('people.link')} className="mono" data-testid="made-link" onFocus={(event) => event.target.select()} />
          <Button icon={<Icon name="copy" size={14} />} onClick={() => void copy()}>{copied ? t('signin.copied') : t('signin.copy')}</Button>
        </div>
        <span className="i3 t12">{copied === false ? t('signin.notCopied') : t('people.linkEnds', { time: dayAndClock(new Date(made.ends_at), i18n.language) })}</span>
      </div>
    </Modal>
  )
}
