/** A number of ours: its trunk, whether callees see it, and the flow that a call to it starts. */
import { Alert, Button, Drawer, Form, Input, Popconfirm, Select, Switch } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { lines, triggers, type OwnNumber } from '../../api/lines'
import { Item } from '../material/Item'
import { useKeeping } from '../material/useKeeping'
import { useMay } from '../material/useMay'
import type { Seen } from '../Lines'

export function NumberForm({ number, fixed, seen, onClose, onKept }: { number: OwnNumber | null; fixed: boolean; seen: Seen; onClose: () => void; onKept: () => void }) {
  const { t } = useTranslation()
  const id = useId()
  const mayBind = useMay()('flows.publish')
  const [written, setWritten] = useState(number?.number ?? '')
  const [trunk, setTrunk] = useState<string | null>(number?.trunk ?? null)
  const [shown, setShown] = useState(number?.shown ?? true)
  const [flow, setFlow] = useState<string | null>(number?.flow ?? null)
  const { trouble, busy, go } = useKeeping(onKept)

  const save = () => go(async () => {
    const kept = await lines.putNumber(written.replace(/[\s()-]/g, ''), { trunk, shown })
    if (kept.flow === flow) return
    const bound = seen.triggers.find((one) => one.kind === 'call' && one.flow === kept.flow && one.number !== null && [kept.number, kept.e164].includes(one.number))
    if (bound) await triggers.remove(bound.id)
    if (flow !== null) await triggers.make({ kind: 'call', number: kept.number, flow })
  })
  const faults = trouble?.errors ?? []
  const numberFaults = trouble?.status === 409 || (trouble?.status === 404 && number === null) ? [{ path: 'number', message: trouble.message }] : faults
  const published = seen.flows.filter((one) => one.published !== null || one.id === flow)

  return (
    <Drawer
      open size={440} title={number ? number.number : t('lines.newNumber')} onClose={onClose}
      footer={
        <div className="mt-foot">
          {number && !fixed && <Popconfirm title={t('lines.removeNumberWhat')} okText={t('lines.removeNumber', { number: number.number })} cancelText={t('shell.cancel')} okButtonProps={{ danger: true }} onConfirm={() => void go(() => lines.removeNumber(number.number))}><Button type="text" danger>{t('material.remove')}</Button></Popconfirm>}
          <span className="sp" />
          <Button onClick={onClose}>{t('shell.cancel')}</Button>
          {!fixed && <Button type="primary" loading={busy} disabled={written.trim() === ''} onClick={() => void save()} data-testid="keep-number">{t('material.save')}</Button>}
        </div>
      }
    >
      <Form className="mt-form" layout="vertical" requiredMark={false} disabled={fixed}>
        {!number && (
          <Item id={`${id}-number`} path="number" label={t('lines.number')} faults={numberFaults} help={t('lines.numberWhat')}>
            <Input id={`${id}-number`} autoFocus value={written} maxLength={40} placeholder="02088886666" onChange={(event) => setWritten(event.target.value)} />
          </Item>
        )}
        <Item id={`${id}-trunk`} path="trunk" label={t('lines.trunk')} faults={faults}>
          <Select<string> id={`${id}-trunk`} allowClear value={trunk} placeholder={t('lines.anyTrunk')} options={seen.trunks.map((one) => ({ value: one.name, label: one.name }))} onChange={(value?: string) => setTrunk(value ?? null)} />
        </Item>
        <Item id={`${id}-flow`} path="flow" label={t('lines.startsFlow')} faults={faults} help={t('lines.startsWhat')}>
          <Select<string> id={`${id}-flow`} disabled={fixed || !mayBind} allowClear showSearch={{ optionFilterProp: 'label' }} value={flow} placeholder={t('lines.startsNothing')} options={published.map((one) => ({ value: one.id, label: one.name }))} onChange={(value?: string) => setFlow(value ?? null)} />
        </Item>
        <label className="row"><Switch checked={shown} onChange={setShown} />{t('lines.shownWhat')}</label>
        {trouble && (number !== null || numberFaults.length === 0) && faults.length === 0 && <Alert type="error" showIcon title={t('material.notSaved')} description={trouble.message} />}
      </Form>
    </Drawer>
  )
}
