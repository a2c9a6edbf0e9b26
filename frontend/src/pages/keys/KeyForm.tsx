/** A new key: what it is for, as which role, all of its rights or some, and until when. */
import { Alert, Checkbox, Form, Input, Modal, Segmented, Select } from 'antd'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { keys, roles, type NewKey, type Role, type Roles } from '../../api/rights'

const lasting = [30, 90, 365, 0] as const
const day = 24 * 3600 * 1000

export function KeyForm({ onClose, onMade }: { onClose: () => void; onMade: (key: NewKey) => void }) {
  const { t } = useTranslation()
  const id = useId()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('operator')
  const [scopes, setScopes] = useState<string[] | null>(null)
  const [days, setDays] = useState<number>(365)
  const [table, setTable] = useState<Roles | null>(null)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  useEffect(() => {
    keys.roles().then(setTable, (problem: unknown) => setFault(problem instanceof Error ? problem.message : String(problem)))
  }, [])
  const may = (table?.roles[role] ?? []).filter((right) => right !== 'own')
  const chosen = scopes?.filter((right) => may.includes(right)) ?? null
  const missing = name.trim() === '' ? t('rights.nameMissing') : null
  const none = chosen !== null && chosen.length === 0

  const make = async () => {
    setTried(true)
    if (missing || none) return
    setBusy(true)
    setFault(null)
    try {
      onMade(await keys.make({ name: name.trim(), role, scopes: chosen, expires_at: days ? new Date(Date.now() + days * day).toISOString() : null }))
    } catch (problem) {
      setFault(problem instanceof Error ? problem.message : String(problem))
      setBusy(false)
    }
  }

  return (
    <Modal open title={t('rights.newKey')} width={560} okText={t('rights.makeKey')} cancelText={t('shell.cancel')} okButtonProps={{ loading: busy }} onOk={() => void make()} onCancel={onClose}>
      <Form layout="vertical" className="mt-form" requiredMark={false}>
        <Form.Item label={t('rights.keyFor')} htmlFor={`${id}-name`} {...(tried && missing ? { validateStatus: 'error' as const, help: missing } : {})}>
          <Input id={`${id}-name`} autoFocus value={name} maxLength={200} placeholder={t('rights.keyForSample')} onChange={(event) => setName(event.target.value)} />
        </Form.Item>
        <div className="mt-two">
          <Form.Item label={t('rights.role')} htmlFor={`${id}-role`} extra={t(`rights.roleWhat.${role}`)}>
            <Select<Role> id={`${id}-role`} aria-label={t('rights.role')} value={role} options={roles.map((one) => ({ value: one, label: t(`shell.role.${one}`) }))} onChange={setRole} />
          </Form.Item>
          <Form.Item label={t('rights.lasts')} htmlFor={`${id}-days`}>
            <Select<number> id={`${id}-days`} aria-label={t('rights.lasts')} value={days} options={lasting.map((one) => ({ value: one, label: one ? t('rights.days', { count: one }) : t('rights.forEver') }))} onChange={setDays} />
          </Form.Item>
        </div>
        <Form.Item label={t('rights.opens')} {...(tried && none ? { validateStatus: 'error' as const, help: t('rights.noScope') } : {})}>
          <Segmented<boolean> value={scopes === null} options={[{ value: true, label: t('rights.allOfRole') }, { value: false, label: t('rights.someOfRole') }]} onChange={(all) => setScopes(all ? null : [])} />
          {scopes !== null && (
            <Checkbox.Group<string> className="keys-scopes" value={chosen ?? []} onChange={setScopes}>
              {may.map((right) => <Checkbox key={right} value={right}>{t(`rights.right.${right.replace('.', '_')}`, { defaultValue: right })}</Checkbox>)}
            </Checkbox.Group>
          )}
        </Form.Item>
        {fault && <Alert type="error" showIcon title={t('rights.notDone')} description={fault} />}
      </Form>
    </Modal>
  )
}
