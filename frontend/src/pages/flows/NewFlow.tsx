/** A new flow: its name, its languages, and what it begins with. */
import { Alert, Checkbox, Form, Input, Modal, Radio, Select, type InputRef } from 'antd'
import { useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { flows } from '../../api/flows'
import type { FlowDocument, FlowRow } from '../../api/types'
import { languageName } from '../../form/languages'
import { languages as ours } from '../../i18n'

interface NewFlowProps {
  open: boolean
  existing: readonly FlowRow[]
  onClose: () => void
}

export function NewFlow({ open, existing, onClose }: NewFlowProps) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const id = useId()
  const field = useRef<InputRef>(null)
  const [name, setName] = useState('')
  const [spoken, setSpoken] = useState<string[]>([i18n.language])
  const [from, setFrom] = useState<'blank' | 'copy'>('blank')
  const [source, setSource] = useState<string>()
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const making = useRef(false) // Enter is heard by the field and by the form: one flow is made of it
  const [fault, setFault] = useState<string | null>(null)
  const nameless = name.trim() === ''
  const mute = from === 'blank' && spoken.length === 0
  const sourceless = from === 'copy' && source === undefined

  const make = async () => {
    setTried(true)
    if (nameless || mute || sourceless) return field.current?.focus()
    if (making.current) return
    making.current = true
    setBusy(true)
    setFault(null)
    try {
      const made = await flows.create(await document())
      void navigate(`/flows/${made.id}`)
    } catch (problem) {
      setFault(problem instanceof Error ? problem.message : String(problem))
      setBusy(false)
      making.current = false
    }
  }
  const document = async (): Promise<FlowDocument> => {
    if (from === 'copy' && source) return { ...(await flows.draft(source)).data, name: name.trim() }
    const inOrder = ours.filter((one) => spoken.includes(one))
    return { callweave: 1, name: name.trim(), description: '', languages: inOrder, nodes: {}, notes: [] }
  }
  const wrong = (is: boolean, words: string) => (tried && is ? { validateStatus: 'error' as const, help: words } : {})

  return (
    <Modal
      open={open}
      title={t('flows.new')}
      okText={from === 'copy' ? t('flows.makeCopy') : t('flows.make')}
      cancelText={t('shell.cancel')}
      okButtonProps={{ loading: busy }}
      onOk={() => void make()}
      onCancel={onClose}
      afterOpenChange={(shown) => shown && field.current?.focus()}
      width={440}
      destroyOnHidden
    >
      <Form layout="vertical" requiredMark={false} onSubmitCapture={() => void make()} className="flows-new">
        <Form.Item label={t('flows.name')} htmlFor={`${id}-name`} {...wrong(nameless, t('flows.nameMissing'))}>
          <Input ref={field} id={`${id}-name`} value={name} maxLength={200} placeholder={t('flows.nameSample')} onChange={(event) => setName(event.target.value)} onPressEnter={() => void make()} />
        </Form.Item>
        {existing.length > 0 && (
          <Form.Item label={t('flows.begin')}>
            <Radio.Group value={from} onChange={(event) => setFrom(event.target.value as 'blank' | 'copy')} aria-label={t('flows.begin')} className="flows-from">
              <Radio value="blank">{t('flows.blank')}</Radio>
              <Radio value="copy">{t('flows.copy')}</Radio>
            </Radio.Group>
          </Form.Item>
        )}
        {from === 'copy' ? (
          <Form.Item label={t('flows.copyOf')} htmlFor={`${id}-source`} {...wrong(sourceless, t('flows.sourceMissing'))}>
            <Select
              id={`${id}-source`}
              value={source}
              onChange={setSource}
              showSearch={{ optionFilterProp: 'label' }}
              placeholder={t('flows.choose')}
              options={existing.map((row) => ({ value: row.id, label: row.name }))}
            />
          </Form.Item>
        ) : (
          <Form.Item label={t('flows.languages')} {...wrong(mute, t('flows.languageMissing'))}>
            <Checkbox.Group value={spoken} onChange={setSpoken} options={ours.map((one) => ({ value: one, label: languageName(one) }))} />
          </Form.Item>
        )}
        {fault && <Alert type="error" showIcon title={t('flows.notMade')} description={fault} />}
      </Form>
    </Modal>
  )
}
