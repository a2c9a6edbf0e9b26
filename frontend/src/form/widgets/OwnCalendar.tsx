/** The hours of a week, a country's holidays, the clocks they are of, and single days. */
import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { Faults } from '../Field'
import { type Calendar, exceptionsOf, weekdays, withSetting } from '../calendar'
import { join, within } from '../faults'
import { useForm } from '../scope'
import { Exceptions } from './Exceptions'
import { Week } from './Week'

const COUNTRIES = ['CN', 'HK', 'MO', 'TW', 'SG', 'JP', 'KR', 'US', 'CA', 'GB', 'DE', 'FR', 'ES', 'AU']
const NO_HOLIDAYS = ''

export function OwnCalendar({ id, path, calendar, onChange }: { id: string; path: string; calendar: Calendar; onChange: (calendar: Calendar) => void }) {
  const { show } = useForm()
  const { t, i18n } = useTranslation()
  const countries = new Intl.DisplayNames([i18n.language], { type: 'region' })
  const country = typeof calendar['holidays'] === 'string' ? calendar['holidays'] : NO_HOLIDAYS
  const zone = typeof calendar['time_zone'] === 'string' ? calendar['time_zone'] : undefined
  const holidayFaults = show(join(path, 'holidays'), true)
  const zoneFaults = show(join(path, 'time_zone'), true)
  // What stands at no row of its own, such as a member that calendars do not have.
  const placed = [...weekdays.map((day) => `week.${day}`), ...Object.keys(exceptionsOf(calendar)).map((date) => `except.${date}`), 'holidays', 'time_zone']
  const other = show(path, true).filter((fault) => fault.path !== path && !placed.some((one) => within(fault.path, join(path, one))))

  return (
    <div className="nf-calendar">
      <Week path={path} calendar={calendar} onChange={onChange} />
      <div className="nf-two">
        <div className="nf-setting" data-field={join(path, 'holidays')}>
          <label htmlFor={`${id}-holidays`} className="nf-label nf-sub">{t('form.holidays')}</label>
          <Select<string>
            id={`${id}-holidays`} className="nf-select" value={country} showSearch={{ optionFilterProp: 'label' }} aria-label={t('form.holidays')}
            options={[
              { value: NO_HOLIDAYS, label: t('form.noHolidays') },
              ...[...new Set([...COUNTRIES, ...(country ? [country] : [])])].map((code) => ({ value: code, label: regionName(countries, code) })),
            ]}
            onChange={(next) => onChange(withSetting(calendar, 'holidays', next))}
          />
          {holidayFaults.length > 0 && <Faults faults={holidayFaults} />}
        </div>
        <div className="nf-setting" data-field={join(path, 'time_zone')}>
          <label htmlFor={`${id}-zone`} className="nf-label nf-sub">{t('form.timeZone')}</label>
          <Select<string>
            id={`${id}-zone`} className="nf-select" value={zone ?? null} allowClear showSearch placeholder={t('form.timeZoneOfOrganisation')} aria-label={t('form.timeZone')}
            options={[...new Set([...(zone ? [zone] : []), ...Intl.supportedValuesOf('timeZone')])].map((one) => ({ value: one, label: one }))}
            onChange={(next?: string) => onChange(withSetting(calendar, 'time_zone', next))}
          />
          {zoneFaults.length > 0 && <Faults faults={zoneFaults} />}
        </div>
      </div>
      <Exceptions path={path} calendar={calendar} onChange={onChange} />
      {other.length > 0 && <Faults faults={other} />}
    </div>
  )
}

function regionName(names: Intl.DisplayNames, code: string): string {
  const [country = code, part] = code.split('-')
  try {
    return part ? `${names.of(country) ?? country} ${part}` : (names.of(country) ?? code)
  } catch {
    return code // no country; the fault below says so
  }
}
