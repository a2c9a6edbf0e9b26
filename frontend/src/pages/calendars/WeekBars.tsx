/** A week's hours, a row per day, drawn on one scale. */
import { useTranslation } from 'react-i18next'
import { weekdays } from '../../form/calendar'
import { stretches } from './week'

const marks = [0, 6, 12, 18, 24]

export function WeekBars({ week }: { week: Record<string, [string, string][]> }) {
  const { t, i18n } = useTranslation()
  return (
    <div className="calendars-week">
      {weekdays.map((name, at) => {
        const label = new Intl.DateTimeFormat(i18n.language, { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + at)))
        const open = stretches(week[name])
        const words = (week[name] ?? []).map(([from, to]) => `${from}–${to}`).join(', ')
        return (
          <div key={name} className="calendars-day">
            <span className="i3">{label}</span>
            <span className="calendars-bar" role="img" aria-label={`${label}: ${words || t('form.closed')}`} title={words || t('form.closed')}>
              {open.map((one) => <i key={one.from} style={{ left: `${one.from * 100}%`, width: `${(one.to - one.from) * 100}%` }} />)}
            </span>
            <span className="i2 t12 el calendars-words">{words || <span className="i3">{t('form.closed')}</span>}</span>
          </div>
        )
      })}
      <div className="calendars-day" aria-hidden="true">
        <span />
        <span className="calendars-scale i3">{marks.map((hour) => <span key={hour}>{hour}</span>)}</span>
        <span className="calendars-words" />
      </div>
    </div>
  )
}
