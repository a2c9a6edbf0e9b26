/** When an organisation is open: its hours right here, or a calendar that is kept elsewhere, by its name. */
import { Input, Segmented } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Calendar } from '../calendar'
import type { WidgetProps } from '../scope'
import { isRecord } from '../value'
import { OwnCalendar } from './OwnCalendar'

export function CalendarField({ id, path, value, onChange, invalid, describedBy, label, head }: WidgetProps & { head?: ReactNode }) {
  const { t } = useTranslation()
  const named = typeof value === 'string'
  // What the other kind held comes back when one changes one's mind.
  const [kept, setKept] = useState<{ named: string; own: Calendar }>({ named: '', own: { week: {} } })
  const calendar = isRecord(value) ? value : {}
  const turn = (kind: string) => {
    if ((kind === 'named') === named) return
    setKept(named ? { ...kept, named: value } : { ...kept, own: calendar })
    onChange(kind === 'named' ? kept.named : kept.own)
  }
  return (
    <>
      <div className="nf-head">
        {head}
        <span className="nf-space" />
        <Segmented<string>
          size="small"
          className="nf-languages"
          value={named ? 'named' : 'own'}
          onChange={turn}
          aria-label={t('form.calendarKind')}
          options={[{ value: 'own', label: t('form.calendarOwn') }, { value: 'named', label: t('form.calendarNamed') }]}
        />
      </div>
      {named ? (
        <Input
          id={id} value={value} maxLength={64} placeholder={t('form.calendarName')} onChange={(event) => onChange(event.target.value)}
          status={invalid ? 'error' : ''} aria-invalid={invalid} aria-describedby={describedBy} aria-label={label}
        />
      ) : (
        <OwnCalendar id={id} path={path} calendar={calendar} onChange={onChange} />
      )}
    </>
  )
}
