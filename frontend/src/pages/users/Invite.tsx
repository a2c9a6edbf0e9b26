/** Somebody new: how he signs in, his name and his role; then the link that brings him in. */
import { Alert, Form, Input, Modal, Radio } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { people, type MadeLink, type User } from '../../api/door'
import { ApiError } from '../../api/client'
import { roles, useRoleWords } from './roles'

export function Invite({ onClose, onMade }: { onClose: () => void; onMade: (user: User, link: MadeLink) => void }) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const words = useRoleWords()
  const [login, setLogin] = useState('')
  const [name, setName] = useState('')
  const [role, setRole] = useState<string>('designer')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const [loginFault, setLoginFault] = useState<string | null>(null)
  const what: Record<string, string> = {
    administrator: t('people.administratorMay'), designer: t('people.designerMay'), operator: t('people.operatorMay'), auditor: t('people.auditorMay'),
  }
  const missing = (value: string) => (tried && value.trim() === '' ? { validateStatus: 'error' as const, help: t('people.missing') } : {})
  const make = async () => {
    setTried(true)
    if (login.trim() === '' || name.trim() === '') return
    setBusy(true)
    setFault(null)
    try {
      const made = await people.invite({ login: login.trim(), name: name.trim(), role, language: i18n.language })
      onMade(made, made)
    } catch (problem) {
      const named = problem instanceof ApiError ? problem.errors.find((one) => one.path === 'login') : undefined
      setLoginFault(named?.message ?? null)
      if (!named) setFault(problem instanceof Error ? problem.message : String(problem))
    }
    setBusy(false)
  }
  return (
    <Modal open title={t('people.invite')} okText={t('people.makeLink')} cancelText={t('shell.cancel')} okButtonProps={{ loading: busy }} onOk={() => void make()} onCancel={onClose} width={480}>
      <Form layout="vertical" requiredMark={false}>
        <Form.Item label={t('people.login')} htmlFor={`${id}-login`} {...(loginFault ? { validateStatus: 'error' as const, help: loginFault } : missing(login))}>
          <Input id={`${id}-login`} autoFocus value={login} maxLength={254} autoComplete="off" onChange={(event) => { setLogin(event.target.value); setLoginFault(null) }} onPressEnter={() => void make()} />
        </Form.Item>
        <Form.Item label={t('people.name')} htmlFor={`${id}-name`} {...missing(name)}>
          <Input id={`${id}-name`} value={name} maxLength={200} autoComplete="off" onChange={(event) => setName(event.target.value)} onPressEnter={() => void make()} />
        </Form.Item>
        <Form.Item label={t('people.role')}>
          <Radio.Group value={role} onChange={(event) => setRole(String(event.target.value))} className="people-roles" aria-label={t('people.role')}>
            {roles.map((one) => <Radio key={one} value={one}><span className="b">{words(one)}</span> <span className="i2 t12">{what[one]}</span></Radio>)}
          </Radio.Group>
        </Form.Item>
        {fault && <Alert type="error" showIcon title={t('people.notDone')} description={fault} />}
      </Form>
    </Modal>
  )
}
