/** What most trunks need not say: numbers out of the ordinary, fax, encryption, where calls may come from. */
import { Input, InputNumber, Select, Switch } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import { Item } from '../material/Item'
import { type Change, Listed } from './TrunkForm'
import { fresh } from './trunk'

const codecs = ['alaw', 'ulaw', 'g722', 'gsm']
const here = ['number', 'codecs', 't38', 'srtp', 'record_early', 'from_networks', 'calls_in_per_second', 'allow', 'loop_number', 'check_seconds', 'from_domain'] as const

export function More({ change, number }: { change: Change; number: ReactNode }) {
  const { t } = useTranslation()
  const { settings, put, faults, id } = change
  const wrong = faults.some((fault) => here.some((name) => fault.path.startsWith(name)))
  const [open, setOpen] = useState(here.some((name) => JSON.stringify(settings[name]) !== JSON.stringify(fresh[name])))
  const shown = open || wrong
  const word = (name: 'from_domain' | 'loop_number') => (
    <Item id={`${id}-${name}`} path={name} label={t(`lines.field.${name}`)} faults={faults}><Input id={`${id}-${name}`} value={settings[name]} onChange={(event) => put(name, event.target.value.trim())} /></Item>
  )
  const amount = (name: 'calls_in_per_second' | 'check_seconds') => (
    <Item id={`${id}-${name}`} path={name} label={t(`lines.field.${name}`)} faults={faults}><InputNumber id={`${id}-${name}`} value={settings[name]} controls={false} onChange={(value) => put(name, value ?? fresh[name])} /></Item>
  )
  return (
    <>
      <button type="button" className="row i2" aria-expanded={shown} onClick={() => setOpen(!open)}><Icon name={shown ? 'dn' : 'rt'} size={14} />{t('lines.more')}</button>
      {shown && (
        <>
          {number}
          <Item id={`${id}-allow`} path="allow" label={t('lines.field.allow')} faults={faults} help={t('lines.field.allowWhat')}><Listed id={`${id}-allow`} value={settings.allow} onChange={(value) => put('allow', value)} /></Item>
          <Item id={`${id}-from_networks`} path="from_networks" label={t('lines.field.from_networks')} faults={faults}><Listed id={`${id}-from_networks`} value={settings.from_networks} onChange={(value) => put('from_networks', value)} /></Item>
          <Item id={`${id}-codecs`} path="codecs" label={t('lines.field.codecs')} faults={faults}><Select<string[]> id={`${id}-codecs`} mode="multiple" value={settings.codecs} options={codecs.map((one) => ({ value: one, label: one }))} onChange={(value) => put('codecs', value)} /></Item>
          <div className="mt-two">{word('from_domain')}{word('loop_number')}</div>
          <div className="mt-two">{amount('calls_in_per_second')}{amount('check_seconds')}</div>
          {(['t38', 'srtp', 'record_early'] as const).map((name) => (
            <div key={name}>
              <label className="row"><Switch checked={settings[name]} onChange={(value) => put(name, value)} />{t(`lines.field.${name}`)}</label>
              {faults.filter((fault) => fault.path === name).map((fault) => <div key={fault.message} className="mt-err t12">{fault.message}</div>)}
            </div>
          ))}
        </>
      )}
    </>
  )
}
