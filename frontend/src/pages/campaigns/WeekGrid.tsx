/** The open half hours of a week; a closed day is hatched, so that nothing depends on colour. */
import { useTranslation } from 'react-i18next'
import type { Day, WindowRule } from '../../api/campaigns'
import { weekOf } from './week'

export function useDayWords(): Record<Day, string> {
  const { t } = useTranslation()
  return {
    mon: t('campaigns.day.mon'), tue: t('campaigns.day.tue'), wed: t('campaigns.day.wed'), thu: t('campaigns.day.thu'),
    fri: t('campaigns.day.fri'), sat: t('campaigns.day.sat'), sun: t('campaigns.day.sun'),
  }
}

export function WeekGrid({ windows }: { windows: readonly WindowRule[] }) {
  const names = useDayWords()
  const week = weekOf(windows)
  const hours = Array.from({ length: Math.ceil((week.to - week.from) / 2) }, (_, place) => week.from + 2 * place)
  const spans = windows.map((one) => `${one.days.map((day) => names[day]).join(' ')} ${one.from}–${one.to}`).join('; ')
  return (
    <div className="cg-week" role="img" aria-label={spans} title={spans}>
      <div className="cg-hours t11 i3">{hours.map((hour) => <span key={hour}>{hour}</span>)}</div>
      {week.rows.map(({ day, open }) => (
        <div key={day} className="cg-day" data-closed={!open.includes(true)}>
          <span className="t11 i2">{names[day]}</span>
          <span className="cg-cells">{open.map((is, place) => <i key={place} className={is ? 'on' : ''} />)}</span>
        </div>
      ))}
    </div>
  )
}
