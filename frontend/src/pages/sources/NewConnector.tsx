/** A new connector: its name, then its key, which is shown this once. */
import { Alert, Form, Input, Modal } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sources, type NewConnector as Made } from '../../api/sources'

const command = 'callweave connector run --config connector.yaml'

export function NewConnector({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const { t } = useTranslation()
  const id = useId()
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const [made, setMade] = useState<Made | null>(null)
  const nameless = name.trim() === ''

  const make = async () => {
    setTried(true)
    if (nameless) return
    setBusy(true)
    setFault(null)
    try {
      setMade(await sources.addConnector(name.trim()))
      onMade()
    } catch (problem) {
      setFault(problem instanceof Error ? problem.message : String(problem))
    }
    setBusy(false)
  }

  if (made) {
    return (
      <Modal open title={made.name} okText={t('sources.done')} cancelButtonProps={{ style: { display: 'none' } }} closable={false} mask={{ closable: false }} keyboard={false} onOk={onClose} width={520}>
        <div className="sources-key">
          <span className="i2 t12">{t('sources.key')}</span>
          <Input readOnly value={made.key} aria-label={t('sources.key')} className="mono" data-testid="connector-key" onFocus={(event) => event.target.select()} />
          <span className="i3 t12">{t('sources.keyOnce')}</span>
          <span className="i2 t12">{t('sources.command')}</span>
          <code className="mono">{command}</code>
        </div>
      </Modal>
    )
  }
  return (
    <Modal open title={t('sources.newConnector')} okText={t('sources.make')} cancelText={t('shell.cancel')} okButtonProps={{ loading: busy }} onOk={() => void make()} onCancel={onClose} width={440}>
      <Form layout="vertical" requiredMark={false}>
        <Form.Item label={t('sources.name')} htmlFor={`${id}-name`} {...(tried && nameless ? { validateStatus: 'error' as const, help: t('sources.nameMissing') } : {})}>
          <Input id={`${id}-name`} autoFocus value={name} maxLength={200} placeholder={t('sources.nameSample')} onChange={(event) => setName(event.target.value)} onPressEnter={() => void make()} />
        </Form.Item>
        {fault && <Alert type="error" showIcon title={t('sources.notMade')} description={fault} />}
      </Form>
    </Modal>
  )
}
