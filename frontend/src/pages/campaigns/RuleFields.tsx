/** Windows by weekday, and what is tried again after which fate: rows that can be added and taken away. */
import { Button, Form, Input, InputNumber, Select, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Day, RetryRule, WindowRule } from '../../api/campaigns'
import { Icon } from '../../icons/Icon'
import type { FieldsProps } from './AudienceFields'
import { days } from './week'
import { useDayWords } from './WeekGrid'
import { useFateWords } from './words'

const retried = ['busy', 'no_answer', 'failed', 'machine', 'not_completed']
const replaced = <T,>(rows: readonly T[], place: number, change: Partial<T>): T[] => rows.map((row, at) => (at === place ? { ...row, ...change } : row))
const without = <T,>(rows: readonly T[], place: number): T[] => rows.filter((_, at) => at !== place)

export function WindowFields({ draft, set, calendars, fault }: FieldsProps & { calendars: string[] }) {
  const { t } = useTranslation()
  const names = useDayWords()
  const change = (place: number, what: Partial<WindowRule>) => set({ windows: replaced(draft.windows, place, what) })
  return (
    <>
      <h3 className="t14 b">{t('campaigns.windows')}</h3>
      {draft.windows.map((one, place) => (
        <Form.Item key={place} {...fault(`windows.${place}`)}>
          <div className="cg-window">
            <Select<Day[]> mode="multiple" value={one.days} aria-label={t('campaignForm.weekdays')} maxTagCount="responsive" options={days.map((day) => ({ value: day, label: names[day] }))} onChange={(chosen) => change(place, { days: days.filter((day) => chosen.includes(day)) })} />
            <Input type="time" value={one.from} aria-label={t('campaignForm.from')} onChange={(event) => change(place, { from: event.target.value })} />
            <Input type="time" value={one.to} aria-label={t('campaignForm.to')} onChange={(event) => change(place, { to: event.target.value })} />
            <button type="button" className="btn g sm ic" aria-label={t('campaignForm.takeAway')} disabled={draft.windows.length === 1} onClick={() => set({ windows: without(draft.windows, place) })}><Icon name="trash" size={14} /></button>
          </div>
        </Form.Item>
      ))}
      <Button size="small" icon={<Icon name="plus" size={12} />} onClick={() => set({ windows: [...draft.windows, { days: ['sat'], from: '09:00', to: '12:00' }] })}>{t('campaignForm.oneMore')}</Button>
      <div className="cg-two">
        <Form.Item label={t('campaignForm.holidays')} htmlFor="cg-holidays" {...fault('holidays')}><Switch id="cg-holidays" checked={draft.holidays !== null} onChange={(on) => set({ holidays: on ? 'CN' : null })} /></Form.Item>
        <Form.Item label={t('campaignForm.calendar')} htmlFor="cg-calendar" {...fault('calendar')}><Select id="cg-calendar" allowClear value={draft.calendar} options={calendars.map((name) => ({ value: name, label: name }))} placeholder={t('campaigns.none')} onChange={(calendar) => set({ calendar: calendar ?? null })} /></Form.Item>
      </div>
    </>
  )
}

export function RetryFields({ draft, set, fault }: FieldsProps) {
  const { t } = useTranslation()
  const words = useFateWords()
  const change = (place: number, what: Partial<RetryRule>) => set({ retries: replaced(draft.retries, place, what) })
  return (
    <>
      <h3 className="t14 b">{t('campaigns.retries')}</h3>
      {draft.retries.map((one, place) => (
        <Form.Item key={place} {...fault(`retries.${place}`)}>
          <div className="cg-retry">
            <Select value={one.fate} aria-label={t('campaigns.result')} options={retried.map((fate) => ({ value: fate, label: words(fate) }))} onChange={(fate) => change(place, { fate })} />
            <Input value={one.after} aria-label={t('campaigns.after')} placeholder="10m" onChange={(event) => change(place, { after: event.target.value })} />
            <InputNumber min={1} max={20} value={one.times} aria-label={t('campaigns.most')} onChange={(times) => change(place, { times: times ?? 1 })} />
            <button type="button" className="btn g sm ic" aria-label={t('campaignForm.takeAway')} onClick={() => set({ retries: without(draft.retries, place) })}><Icon name="trash" size={14} /></button>
          </div>
        </Form.Item>
      ))}
      <Button size="small" icon={<Icon name="plus" size={12} />} onClick={() => set({ retries: [...draft.retries, { fate: 'no_answer', after: '1d', times: 1 }] })}>{t('campaignForm.oneMore')}</Button>
      <p className="t12 i3 cg-hint">{t('campaignForm.lengths')}</p>
    </>
  )
}
