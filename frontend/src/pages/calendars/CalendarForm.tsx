/** One calendar: the week, the country's holidays and single days, by the very fields that a node's own hours have. */
import { Alert, Button, Drawer, Form, Input, Popconfirm } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { calendars, type CalendarRow } from '../../api/calendars'
import { bareScope } from '../../form/bare'
import { FormContext } from '../../form/scope'
import { OwnCalendar } from '../../form/widgets/OwnCalendar'
import '../../form/form.css'
import { Item } from '../material/Item'
import { useKeeping } from '../material/useKeeping'
import './calendars.css'

const at = 'calendar'
interface Props { calendar: CalendarRow | null; taken: readonly string[]; fixed: boolean; onClose: () => void; onKept: () => void }

/** A working week to begin with. */
const usual = (): Record<string, unknown> => ({ week: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [['08:00', '12:00'], ['14:00', '17:30']]])), holidays: 'CN' })

export function CalendarForm({ calendar, taken, fixed, onClose, onKept }: Props) {
  const { t } = useTranslation()
  const id = useId()
  const [name, setName] = useState(calendar?.name ?? '')
  const [value, setValue] = useState<Record<string, unknown>>(calendar ? bodyOf(calendar) : usual)
  const { trouble, busy, go } = useKeeping(onKept)
  const already = calendar === null && taken.includes(name.trim())

  const faults = (trouble?.errors ?? []).map((fault) => ({ ...fault, path: fault.path === '' ? at : `${at}.${fault.path}` }))
  return (
    <Drawer
      open size={600} title={calendar?.name ?? t('calendars.new')} onClose={onClose}
      footer={!fixed && (
        <div className="mt-foot">
          {calendar && <Popconfirm title={t('calendars.removeWhat')} okText={t('calendars.remove', { name: calendar.name })} cancelText={t('shell.cancel')} okButtonProps={{ danger: true }} onConfirm={() => void go(() => calendars.remove(calendar.name))}><Button type="text" danger>{t('material.remove')}</Button></Popconfirm>}
          <span className="sp" />
          <Button onClick={onClose}>{t('shell.cancel')}</Button>
          <Button type="primary" loading={busy} disabled={name.trim() === '' || already} onClick={() => void go(() => calendars.put(name.trim(), value))} data-testid="keep-calendar">{t('material.save')}</Button>
        </div>
      )}
    >
      <div className="mt calendars-form">
        {calendar === null && (
          <Form className="mt-form" layout="vertical">
            <Item id={`${id}-name`} path="name" label={t('calendars.name')} faults={already ? [{ path: 'name', message: t('calendars.taken') }] : []} help={t('calendars.nameWhat')}>
              <Input id={`${id}-name`} autoFocus value={name} maxLength={64} placeholder={t('calendars.nameSample')} onChange={(event) => setName(event.target.value)} />
            </Item>
          </Form>
        )}
        {trouble && faults.length === 0 && <Alert type="error" showIcon title={t('material.notSaved')} description={trouble.message} />}
        <FormContext value={bareScope({ faults })}>
          <div className="nf"><OwnCalendar id={id} path={at} calendar={value} onChange={setValue} /></div>
        </FormContext>
        {calendar !== null && <p className="i3 t12">{t('calendars.atOnce')}</p>}
      </div>
    </Drawer>
  )
}

/** What is sent back: nothing that only the server says, and nothing that was not there. */
function bodyOf({ week, holidays, time_zone, except }: CalendarRow): Record<string, unknown> {
  return { week: week ?? {}, ...(holidays ? { holidays } : {}), ...(time_zone ? { time_zone } : {}), ...(except && Object.keys(except).length > 0 ? { except } : {}) }
}
