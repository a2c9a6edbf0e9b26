/** The hours of a week, a row per weekday; those of a day can be copied to others. */
import { Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import { Faults } from '../Field'
import { type Calendar, type Weekday, spansOf, weekOf, weekdays, withDay, withDays } from '../calendar'
import { join } from '../faults'
import { useForm } from '../scope'
import { Spans } from './Spans'

const working: readonly Weekday[] = weekdays.slice(0, 5)

export function Week({ path, calendar, onChange }: { path: string; calendar: Calendar; onChange: (calendar: Calendar) => void }) {
  const { show } = useForm()
  const { t, i18n } = useTranslation()
  const week = weekOf(calendar)
  return (
    <div className="nf-week">
      {weekdays.map((day) => {
        const at = join(path, `week.${day}`)
        const faults = show(at, true)
        const spans = spansOf(week[day])
        const name = dayName(day, i18n.language, 'long')
        return (
          <div key={day} data-row data-field={at}>
            <div className="nf-day" role="group" aria-label={name}>
              <span className="nf-day-name" data-weekend={day === 'sat' || day === 'sun'}>{dayName(day, i18n.language, 'short')}</span>
              <Spans spans={spans} day={name} wrong={placesOf(faults, at)} onChange={(next) => onChange(withDay(calendar, day, next))} />
              <Dropdown
                trigger={['click']}
                menu={{
                  items: [
                    { key: 'working', label: t('form.toWorkingDays') },
                    { key: 'all', label: t('form.toAllDays') },
                    { type: 'divider' },
                    ...weekdays.filter((one) => one !== day).map((one) => ({ key: one, label: t('form.toDay', { day: dayName(one, i18n.language, 'long') }) })),
                  ],
                  onClick: ({ key }) => onChange(withDays(calendar, key === 'working' ? working : key === 'all' ? weekdays : [key as Weekday], spans)),
                }}
              >
                <button type="button" className="nf-mini" title={t('form.copyDay')} aria-label={t('form.copyDayOf', { day: name })} aria-haspopup="menu">
                  <Icon name="copy" size={12} />
                </button>
              </Dropdown>
            </div>
            {faults.length > 0 && <Faults faults={faults} />}
          </div>
        )
      })}
    </div>
  )
}

/** Which ranges have a fault, by their place. */
export function placesOf(faults: readonly { path: string }[], at: string): Set<number> {
  return new Set(faults.map((fault) => Number(fault.path.slice(at.length + 1).split('.')[0])).filter((place) => !Number.isNaN(place)))
}

/** 1 January 2024 was a Monday. */
function dayName(day: Weekday, language: string, weekday: 'short' | 'long'): string {
  return new Intl.DateTimeFormat(language, { weekday, timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + weekdays.indexOf(day))))
}
