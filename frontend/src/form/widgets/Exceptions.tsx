/** Dates whose hours are not those of their weekday: closed, or open at times of their own. */
import { Button, DatePicker } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import { Faults } from '../Field'
import { type Calendar, exceptionsOf, freeDate, movedException, spansOf, withException, withoutException } from '../calendar'
import { join } from '../faults'
import { useForm } from '../scope'
import { Spans } from './Spans'
import { placesOf } from './Week'

export function Exceptions({ path, calendar, onChange }: { path: string; calendar: Calendar; onChange: (calendar: Calendar) => void }) {
  const { show } = useForm()
  const { t } = useTranslation()
  const dates = exceptionsOf(calendar)
  return (
    <div data-field={join(path, 'except')}>
      <div className="nf-head">
        <span className="nf-label nf-sub">{t('form.exceptions')}</span>
        <span className="nf-space" />
        <Button type="link" size="small" className="nf-add" icon={<Icon name="plus" size={12} />} onClick={() => onChange(withException(calendar, freeDate(calendar, new Date()), []))} aria-label={t('form.addTo', { label: t('form.exceptions') })}>
          {t('form.add')}
        </Button>
      </div>
      {Object.keys(dates).length === 0 && <p className="nf-none">{t('form.noExceptions')}</p>}
      {Object.entries(dates).map(([date, hours], place) => {
        const at = join(path, `except.${date}`)
        const faults = show(at, true)
        const day = dayjs(date, 'YYYY-MM-DD', true)
        return (
          <div key={place} data-row data-field={at} className="nf-exception" role="group" aria-label={date}>
            <div className="nf-day">
              <DatePicker
                value={day.isValid() ? day : null}
                format="YYYY-MM-DD"
                allowClear={false}
                suffixIcon={null}
                placeholder={date}
                disabledDate={(one) => { const other = one.format('YYYY-MM-DD'); return other !== date && other in dates }}
                onChange={(next) => next && onChange(movedException(calendar, date, next.format('YYYY-MM-DD')))}
                aria-label={t('form.exceptionDate', { number: place + 1 })}
              />
              <Spans spans={spansOf(hours)} day={date} wrong={placesOf(faults, at)} onChange={(next) => onChange(withException(calendar, date, next))} />
              <button type="button" className="nf-mini" title={t('form.remove')} aria-label={t('form.removeItem', { name: date })} onClick={() => onChange(withoutException(calendar, date))}>
                <Icon name="x" size={12} />
              </button>
            </div>
            {faults.length > 0 && <Faults faults={faults} />}
          </div>
        )
      })}
    </div>
  )
}
