/** The hours of one day: from–to ranges side by side, or the word for closed. */
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import type { Span } from '../calendar'
import { nextSpan } from '../calendar'
import { ClockInput } from './Clock'

interface SpansProps {
  spans: readonly Span[]
  /** What the day is called, for screen readers. */
  day: string
  /** Places of ranges that have a fault. */
  wrong: ReadonlySet<number>
  onChange: (spans: Span[]) => void
}

export function Spans({ spans, day, wrong, onChange }: SpansProps) {
  const { t } = useTranslation()
  const put = (place: number, side: 0 | 1, text: string) =>
    onChange(spans.map((span, at) => (at !== place ? span : side === 0 ? [text, span[1]] : [span[0], text])))
  return (
    <div className="nf-spans">
      {spans.length === 0 && <span className="nf-closed">{t('form.closed')}</span>}
      {spans.map((span, place) => (
        <span key={place} className="nf-span" data-invalid={wrong.has(place)} role="group" aria-label={t('form.span', { day, number: place + 1 })}>
          <ClockInput value={span[0]} invalid={wrong.has(place)} label={t('form.opens', { day, number: place + 1 })} onChange={(text) => put(place, 0, text)} />
          <span aria-hidden="true">–</span>
          <ClockInput value={span[1]} invalid={wrong.has(place)} label={t('form.closes', { day, number: place + 1 })} onChange={(text) => put(place, 1, text)} />
          <button
            type="button" className="nf-span-remove" title={t('form.remove')}
            aria-label={t('form.removeItem', { name: t('form.span', { day, number: place + 1 }) })} onClick={() => onChange(spans.filter((_, at) => at !== place))}
          >
            <Icon name="x" size={12} />
          </button>
        </span>
      ))}
      <button type="button" className="nf-mini" title={t('form.addHours')} aria-label={t('form.addHoursTo', { day })} onClick={() => onChange([...spans, nextSpan(spans)])}>
        <Icon name="plus" size={12} />
      </button>
    </div>
  )
}
