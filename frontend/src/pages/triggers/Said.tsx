/** A trigger in words: when it starts its flow. */
import { useTranslation } from 'react-i18next'
import type { AnyTrigger } from '../../api/lines'
import { weekOf } from './triggers'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export function Said({ trigger }: { trigger: AnyTrigger }) {
  const { t, i18n } = useTranslation()
  const words = Array.isArray(trigger.keyword) ? trigger.keyword : trigger.keyword ? [trigger.keyword] : []
  const main = () => {
    switch (trigger.kind) {
      case 'record': {
        const on = (Array.isArray(trigger['on']) ? (trigger['on'] as string[]) : ['created', 'updated']).map((one) => t(`triggers.on_${one}`, { defaultValue: one })).join(t('material.between'))
        return t('triggers.said.record', { type: text(trigger['record_type']), on })
      }
      case 'date':
        return t('triggers.said.date', { type: text(trigger['record_type']), field: text(trigger['field']), offset: text(trigger['offset']), at: text(trigger['at']) })
      case 'schedule':
        return scheduled(text(trigger['rrule']))
      case 'sms':
        return [trigger.number, words.length > 0 ? t('triggers.said.words', { words: words.join(t('material.between')) }) : ''].filter(Boolean).join(' · ')
      default:
        return trigger.number ?? ''
    }
  }
  const scheduled = (rule: string): string => {
    const week = weekOf(rule)
    if (week === null) return rule
    const day = (code: string) => new Intl.DateTimeFormat(i18n.language, { weekday: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'].indexOf(code))))
    return `${week.days.length === 7 ? t('triggers.daily') : week.days.map(day).join(t('material.between'))} ${week.times}`
  }
  const said = main()
  const when = text(trigger['when'])
  return (
    <span className="row" title={[said, when].filter(Boolean).join(' · ')}>
      <span className="el">{said}</span>
      {when && <span className="mono i2 el">{when}</span>}
      {!trigger.enabled && <span className="chip">{t('material.off')}</span>}
    </span>
  )
}
