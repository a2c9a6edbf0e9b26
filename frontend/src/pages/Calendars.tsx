/** Calendars: each with its week at a glance; a click changes its hours, holidays and single days. */
import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { calendars, type CalendarRow } from '../api/calendars'
import { useRefreshed } from '../api/useRefreshed'
import { Icon } from '../icons/Icon'
import './calendars/calendars.css'
import { regionName } from './calendars/regions'
import { WeekBars } from './calendars/WeekBars'
import { Empty, Failed, PageHead, Skeleton } from './material/Frame'
import { useMay } from './material/useMay'

const CalendarForm = lazy(async () => ({ default: (await import('./calendars/CalendarForm')).CalendarForm }))
const everyMinute = 60_000
const list = async () => (await calendars.list()).items

export function Calendars() {
  const { t, i18n } = useTranslation()
  const may = useMay()
  const { data: rows, failed, load } = useRefreshed(list, everyMinute)
  const [open, setOpen] = useState<CalendarRow | 'new' | null>(null)
  const make = may('material.edit') && <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setOpen('new')} data-testid="new-calendar">{t('calendars.new')}</Button>

  return (
    <>
      <PageHead title={t('calendars.title')} count={rows?.length}>{rows && rows.length > 0 && make}</PageHead>
      <main className="content mt">
        {failed !== null && <Failed title={t('calendars.notLoaded')} detail={failed} kept={rows !== null} onRetry={() => void load()} />}
        {rows === null && failed === null && <Skeleton rows={3} />}
        {rows?.length === 0 && <Empty icon="hours" title={t('calendars.none')} text={t('calendars.noneWhat')}>{make}</Empty>}
        <div className="calendars-grid">
          {rows?.map((row) => (
            <section key={row.name} className="card calendars-card" aria-label={row.name}>
              <div className="mt-head">
                <Icon name="hours" />
                <h2 className="t14 b el" title={row.name}>{row.name}</h2>
                <span className="sp" />
                <Button size="small" type="text" onClick={() => setOpen(row)}>{may('material.edit') ? t('material.change') : t('material.open')}</Button>
              </div>
              <div className="mt-pad">
                <WeekBars week={row.week ?? {}} />
                <div className="calendars-facts">
                  <span>{row.holidays ? t('calendars.holidaysOf', { country: regionName(row.holidays, i18n.language) }) : t('calendars.noHolidays')}</span>
                  <span>{t('calendars.days', { count: Object.keys(row.except ?? {}).length })}</span>
                  <span>{row.time_zone ?? t('calendars.ownZone')}</span>
                </div>
              </div>
            </section>
          ))}
        </div>
      </main>
      <Suspense fallback={null}>
        {open && <CalendarForm calendar={open === 'new' ? null : open} taken={(rows ?? []).map((row) => row.name)} fixed={!may('material.edit')} onClose={() => setOpen(null)} onKept={() => { setOpen(null); void load() }} />}
      </Suspense>
    </>
  )
}
