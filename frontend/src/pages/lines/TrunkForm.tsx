/** A trunk made or changed; each fault of the server stands at its field, and a password is never shown again. */
import { Alert, Button, Drawer, Form, Input, InputNumber, Popconfirm, Segmented, Select, Switch } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { lines, type Trunk, type TrunkSettings } from '../../api/lines'
import { Item, others } from '../material/Item'
import type { Trouble } from '../material/problem'
import { useKeeping } from '../material/useKeeping'
import { fresh, listOf, settingsOf, written } from './trunk'
import { More } from './TrunkMore'

export interface Change { settings: TrunkSettings; put: <Name extends keyof TrunkSettings>(name: Name, value: TrunkSettings[Name]) => void; faults: Trouble['errors']; id: string }

export function TrunkForm({ trunk, fixed, onClose, onKept }: { trunk: Trunk | null; fixed: boolean; onClose: () => void; onKept: () => void }) {
  const { t } = useTranslation()
  const id = useId()
  const [name, setName] = useState(trunk?.name ?? '')
  const [settings, setSettings] = useState<TrunkSettings>(trunk ? settingsOf(trunk) : fresh)
  const [password, setPassword] = useState('')
  const [own, setOwn] = useState(trunk !== null && trunk.endpoint !== '')
  const { trouble, busy, go } = useKeeping(onKept)
  const put: Change['put'] = (field, value) => setSettings((before) => ({ ...before, [field]: value }))
  const builtIn = trunk?.name === 'local'

  const save = () => go(() => (trunk ? lines.change(trunk.name, written(settings, password, own)) : lines.make(name.trim(), written(settings, password, own))))
  const faults = trouble?.errors ?? []
  const rest = others(faults, ['name', 'password', ...Object.keys(fresh)])
  const change: Change = { settings, put, faults, id }
  const text = (field: 'host' | 'endpoint' | 'username' | 'number', placeholder = '') => (
    <Item id={`${id}-${field}`} path={field} label={t(`lines.field.${field}`)} faults={faults} {...(field === 'number' ? { help: t('lines.field.numberWhat') } : {})}>
      <Input id={`${id}-${field}`} value={settings[field]} placeholder={placeholder} onChange={(event) => put(field, event.target.value.trim())} />
    </Item>
  )

  return (
    <Drawer
      open size={560} title={trunk ? t('lines.trunkOf', { name: trunk.name }) : t('lines.newTrunk')} onClose={onClose}
      footer={
        <div className="mt-foot">
          {trunk && !builtIn && !fixed && <Popconfirm title={t('lines.removeTrunkWhat')} okText={t('lines.removeTrunk', { name: trunk.name })} cancelText={t('shell.cancel')} okButtonProps={{ danger: true }} onConfirm={() => void go(() => lines.removeTrunk(trunk.name))}><Button type="text" danger>{t('material.remove')}</Button></Popconfirm>}
          <span className="sp" />
          <Button onClick={onClose}>{t('shell.cancel')}</Button>
          {!builtIn && !fixed && <Button type="primary" loading={busy} onClick={() => void save()} data-testid="keep-trunk">{t('material.save')}</Button>}
        </div>
      }
    >
      {builtIn ? <Alert type="info" showIcon title={t('lines.builtIn')} /> : (
        <Form className="mt-form" layout="vertical" requiredMark={false} disabled={fixed}>
          {!trunk && (
            <Item id={`${id}-name`} path="name" label={t('lines.field.name')} faults={faults} help={t('lines.field.nameWhat')}>
              <Input id={`${id}-name`} autoFocus value={name} maxLength={32} placeholder="telco" onChange={(event) => setName(event.target.value)} />
            </Item>
          )}
          <Segmented<boolean> block value={own} onChange={setOwn} options={[{ value: false, label: t('lines.ofProvider') }, { value: true, label: t('lines.ofAsterisk') }]} />
          {own ? text('endpoint', 'telco-endpoint') : (
            <>
              <div className="mt-two">
                {text('host', 'sip.provider.example')}
                <Item id={`${id}-port`} path="port" label={t('lines.field.port')} faults={faults}><InputNumber id={`${id}-port`} value={settings.port} controls={false} onChange={(value) => put('port', value ?? 5060)} /></Item>
                <Item id={`${id}-transport`} path="transport" label={t('lines.field.transport')} faults={faults}><Select<TrunkSettings['transport']> id={`${id}-transport`} value={settings.transport} options={[{ value: 'udp', label: 'UDP' }, { value: 'tcp', label: 'TCP' }, { value: 'tls', label: 'TLS' }]} onChange={(value) => put('transport', value)} /></Item>
              </div>
              <div className="mt-two">
                {text('username')}
                <Item id={`${id}-password`} path="password" label={t('lines.field.password')} faults={faults} help={trunk?.has_password ? t('lines.field.passwordKept') : t('lines.field.passwordOnce')}>
                  <Input.Password id={`${id}-password`} autoComplete="new-password" value={password} placeholder={trunk?.has_password ? '••••••••' : ''} onChange={(event) => setPassword(event.target.value)} />
                </Item>
              </div>
              <label className="row"><Switch checked={settings.register} onChange={(value) => put('register', value)} />{t('lines.field.register')}</label>
            </>
          )}
          <div className="mt-two">
            <Item id={`${id}-at_once`} path="at_once" label={t('lines.field.at_once')} faults={faults}><InputNumber id={`${id}-at_once`} value={settings.at_once} controls={false} placeholder={t('lines.noLimit')} onChange={(value) => put('at_once', value)} /></Item>
            <Item id={`${id}-per_second`} path="per_second" label={t('lines.field.per_second')} faults={faults}><InputNumber id={`${id}-per_second`} value={settings.per_second} controls={false} placeholder={t('lines.noLimit')} onChange={(value) => put('per_second', value)} /></Item>
            <Item id={`${id}-position`} path="position" label={t('lines.field.position')} faults={faults}><InputNumber id={`${id}-position`} value={settings.position} controls={false} onChange={(value) => put('position', value ?? 0)} /></Item>
          </div>
          <Item id={`${id}-patterns`} path="patterns" label={t('lines.field.patterns')} faults={faults} help={t('lines.field.patternsWhat')}>
            <Listed id={`${id}-patterns`} value={settings.patterns} onChange={(value) => put('patterns', value)} />
          </Item>
          <More change={change} number={text('number', '{number}')} />
          <label className="row"><Switch checked={settings.enabled} onChange={(value) => put('enabled', value)} />{t('lines.field.enabled')}</label>
          {trouble && (faults.length === 0 || rest.length > 0) && <Alert type="error" showIcon title={t('material.notSaved')} description={rest.length > 0 ? rest.map((fault) => <div key={fault.path + fault.message}>{fault.message}</div>) : trouble.message} />}
        </Form>
      )}
    </Drawer>
  )
}

/** A list as a line of text; what is being typed stays as it is. */
export function Listed({ id, value, onChange }: { id: string; value: readonly string[]; onChange: (value: string[]) => void }) {
  const [text, setText] = useState(value.join(' '))
  return <Input id={id} className="mono" value={text} onChange={(event) => { setText(event.target.value); onChange(listOf(event.target.value)) }} />
}
