/** Five figures of today, each with what it is measured by; each leads to the page that it is from. */
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Figures, Now } from '../../api/figures'
import { span } from '../../i18n/time'
import { comparison } from './today'

interface OneProps { to: string; name: string; value: string; tone?: string; children: ReactNode }

const One = ({ to, name, value, tone = 'i2', children }: OneProps) => (
  <Link to={to} className="hm-figure">
    <span className="t12 i2">{name}</span>
    <span className="t28">{value}</span>
    <span className={`t12 ${tone}`}>{children}</span>
  </Link>
)

export function KeyFigures({ today, before, now, at }: { today: Figures; before: Figures; now: Now; at: Date }) {
  const { t, i18n } = useTranslation()
  const number = (value: number) => value.toLocaleString(i18n.language)
  const percent = (part: number, whole: number) => (whole === 0 ? '–' : `${Math.round((100 * part) / whole)}%`)
  const signed = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : '±'}${Math.abs(value)}`
  const { calls, points } = comparison(today, before, at)
  const weekday = new Intl.DateTimeFormat(i18n.language === 'en' ? 'en-GB' : 'zh-CN', { weekday: i18n.language === 'en' ? 'long' : 'short' }).format(at)
  const { calls: sum, texts } = today
  return (
    <section className="card hm-figures" aria-label={t('home.title')} data-testid="key-figures">
      <One to="/figures" name={t('home.out')} value={number(sum.out)}>{calls === null ? t('home.noComparison') : t('home.thanLastWeek', { day: weekday, change: `${signed(calls)}%` })}</One>
      <One to="/figures" name={t('home.rate')} value={percent(sum.answered, sum.out)} tone={points === null || points === 0 ? 'i2' : points > 0 ? 'okc' : 'wac'}>
        {points === null ? t('home.ofCalls', { count: sum.out, number: number(sum.out) }) : t('home.points', { change: signed(points), count: Math.abs(points) })}
      </One>
      <One to="/figures" name={t('home.came')} value={number(sum.came_in)}>
        {[sum.waited_seconds === null ? null : t('home.waited', { time: span(sum.waited_seconds) }), t('home.givenUp', { count: sum.given_up, number: number(sum.given_up) })].filter(Boolean).join(' · ')}
      </One>
      <One to="/messages" name={t('home.delivered')} value={percent(texts.delivered, texts.out)}>
        {[t('home.texts', { count: texts.out, number: number(texts.out) }), t('home.returned', { count: texts.failed, number: number(texts.failed) })].join(' · ')}
      </One>
      <One to="/sessions?status=running" name={t('home.talking')} value={number(now.calls)}>
        {now.calls_most === null ? t('home.live', { count: now.live, number: now.live >= now.most ? `${number(now.most)}+` : number(now.live) }) : t('home.mostLines', { count: now.calls_most, number: number(now.calls_most) })}
      </One>
    </section>
  )
}
