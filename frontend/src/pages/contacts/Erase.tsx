/** Forgets a person for good. Sessions with him are told to stop first, which takes a moment: it is asked again by itself. */
import { Alert, Input, Modal } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client'
import { contacts, type Erasure, type WholeContact } from '../../api/contacts'
import { troubleOf } from '../material/problem'

const again = 1_000
const tries = 30

export function Erase({ person, name, onClose, onErased }: { person: WholeContact; name: string; onClose: () => void; onErased: (receipt: Erasure) => void }) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [state, setState] = useState<'asking' | 'erasing' | 'stopping'>('asking')
  const [failed, setFailed] = useState<string | null>(null)
  const closed = useRef(false)
  useEffect(() => () => { closed.current = true }, [])

  const erase = async (left = tries) => {
    setFailed(null)
    setState((before) => (before === 'stopping' ? before : 'erasing'))
    try {
      const receipt = await contacts.erase(person.id, reason.trim())
      onErased(receipt)
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 409 && left > 0 && !closed.current) {
        setState('stopping')
        setTimeout(() => { if (!closed.current) void erase(left - 1) }, again)
        return
      }
      setState('asking')
      setFailed(troubleOf(problem).message)
    }
  }
  return (
    <Modal
      open title={t('contacts.eraseTitle', { name })} okText={t('contacts.eraseDo', { name })} cancelText={t('shell.cancel')} onCancel={onClose} onOk={() => void erase()}
      okButtonProps={{ danger: true, loading: state !== 'asking' }} width={480}
    >
      <div className="mt-form">
        <p>{t('contacts.eraseWhat', { records: person.records.length, messages: person.messages.length, calls: person.calls.length })}</p>
        <label><span className="lab">{t('contacts.reason')}</span><Input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} placeholder={t('contacts.reasonWhat')} /></label>
        {state === 'stopping' && <Alert type="info" showIcon title={t('contacts.stopping')} />}
        {failed && <Alert type="error" showIcon title={t('contacts.notErased')} description={failed} />}
      </div>
    </Modal>
  )
}
