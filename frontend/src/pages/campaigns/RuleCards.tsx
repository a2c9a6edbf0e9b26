/** The rules of a campaign, a card each: audience, pace, windows, retries, caps; and how its sessions ended. */
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Campaign, CampaignFigures, Progress } from '../../api/campaigns'
import { Icon } from '../../icons/Icon'
import type { IconName } from '../../icons/paths'
import { share } from './stands'
import { useFateWords, useLength } from './words'
import { WeekGrid } from './WeekGrid'

interface CardProps { icon: IconName; title: string; onEdit?: (() => void) | undefined; aside?: ReactNode; children: ReactNode }

function Card({ icon, title, onEdit, aside, children }: CardProps) {
  const { t } = useTranslation()
  return (
    <section className="card cg-card" aria-label={title}>
      <div className="cg-head">
        <Icon name={icon} />
        <h2 className="t14 b">{title}</h2>
        <span className="sp" />
        {aside}
        {onEdit && <button type="button" className="br t12 cg-edit" onClick={onEdit} aria-label={t('campaigns.editOf', { what: title })}>{t('campaigns.edit')}</button>}
      </div>
      {children}
    </section>
  )
}

const Row = ({ label, children }: { label: string; children: ReactNode }) => <div className="cg-row"><span className="i2">{label}</span><span className="b">{children}</span></div>

export function AudienceCard({ campaign, progress, onEdit }: { campaign: Campaign; progress: Progress; onEdit?: (() => void) | undefined }) {
  const { t, i18n } = useTranslation()
  const { audience } = campaign
  const named = Array.isArray(audience.contacts) ? audience.contacts.length : audience.contacts
  return (
    <Card icon="people" title={t('campaigns.audience')} onEdit={onEdit}>
      <div className="cg-chips">
        {audience.record_type !== undefined && <span className="chip ol">{t('campaigns.ofType', { name: audience.record_type })}</span>}
        {audience.when && <code className="chip ol mono cg-when">{audience.when}</code>}
        {audience.list !== undefined && <span className="chip ol">{t('campaigns.ofList', { name: audience.list })}</span>}
        {audience.file !== undefined && <span className="chip ol">{t('campaigns.ofFile', { name: audience.file })}</span>}
        {named !== undefined && <span className="chip ol">{t('campaigns.ofContacts', { count: named })}</span>}
      </div>
      <p className="t12 i2">
        {campaign.started_at === null ? t('campaigns.frozenLater') : campaign.building ? t('campaigns.buildingWhat') : t('campaigns.frozen', { count: progress.members, number: progress.members.toLocaleString(i18n.language) })}
        {progress.doubled > 0 && ` ${t('campaigns.doubled', { count: progress.doubled })}`}
      </p>
    </Card>
  )
}

export function PaceCard({ campaign, progress, figures, onEdit }: { campaign: Campaign; progress: Progress; figures: CampaignFigures; onEdit?: (() => void) | undefined }) {
  const { t } = useTranslation()
  const { pace } = campaign
  const length = useLength()
  const rate = pace.calls_per_second === null ? null : t('campaigns.perSecond', { rate: pace.calls_per_second })
  const spread = pace.spread ? t('campaigns.spreadOver', { length: length(pace.spread) }) : null
  return (
    <Card icon="gauge" title={t('campaigns.pace')} onEdit={onEdit}>
      <div><span className="t20">{pace.at_once ?? '∞'}</span> <span className="i2">{t('campaigns.lines')}</span></div>
      <p className="t12 i2">{[rate, spread, t('campaigns.nowOnLine', { count: progress.at_once })].filter(Boolean).join(' · ')}</p>
      <Sparkline counts={figures.minutes.map((one) => one.attempts)} />
    </Card>
  )
}

/** Attempts by minute of the last hour; its highest minute is the top. */
function Sparkline({ counts }: { counts: readonly number[] }) {
  const { t } = useTranslation()
  const most = Math.max(1, ...counts)
  const points = counts.map((count, place) => `${(300 * place) / Math.max(1, counts.length - 1)},${38 - (34 * count) / most}`)
  return (
    <svg className="cg-spark" viewBox="0 0 300 40" preserveAspectRatio="none" role="img" aria-label={t('campaigns.lastHour', { count: counts.reduce((sum, one) => sum + one, 0) })}>
      <path d={`M0,40L${points.join('L')}L300,40Z`} className="under" />
      <path d={`M${points.join('L')}`} className="line" vectorEffect="non-scaling-stroke" />
    </svg>
  )
}

export function WindowsCard({ campaign, onEdit }: { campaign: Campaign; onEdit?: (() => void) | undefined }) {
  const { t } = useTranslation()
  const extra = [campaign.holidays ? t('campaigns.noHolidays', { country: campaign.holidays }) : t('campaigns.alsoHolidays'), campaign.calendar ? t('campaigns.byCalendar', { name: campaign.calendar }) : null]
  return (
    <Card icon="hours" title={t('campaigns.windows')} onEdit={onEdit}>
      <WeekGrid windows={campaign.windows} />
      <p className="t12 i2">{t('campaigns.theirZone')} {extra.filter(Boolean).join(' ')}</p>
    </Card>
  )
}

export function RetriesCard({ campaign, onEdit }: { campaign: Campaign; onEdit?: (() => void) | undefined }) {
  const { t } = useTranslation()
  const fates = useFateWords()
  const length = useLength()
  return (
    <Card icon="retry" title={t('campaigns.retries')} onEdit={onEdit}>
      <table className="tb">
        <thead><tr><th>{t('campaigns.result')}</th><th>{t('campaigns.after')}</th><th className="ar">{t('campaigns.most')}</th></tr></thead>
        <tbody>
          {campaign.retries.map((rule, place) => <tr key={place}><td>{fates(rule.fate)}</td><td>{length(rule.after)}</td><td className="ar">{rule.times}</td></tr>)}
          {campaign.retries.length === 0 && <tr><td colSpan={3} className="i3">{t('campaigns.noRetries')}</td></tr>}
          <tr><td>{t('campaigns.neverRang')}</td><td>{length(campaign.never_rang.after)}</td><td className="ar i2">{t('campaigns.notCounted', { count: campaign.never_rang.times })}</td></tr>
        </tbody>
      </table>
      <p className="t12 i3">{t('campaigns.clockStarts')}</p>
    </Card>
  )
}

export function CapsCard({ campaign, progress, onEdit }: { campaign: Campaign; progress: Progress; onEdit?: (() => void) | undefined }) {
  const { t, i18n } = useTranslation()
  const length = useLength()
  const money = (value: number) => value.toLocaleString(i18n.language, { style: 'currency', currency: campaign.tariff.currency ?? 'CNY', maximumFractionDigits: 2 })
  const budget = campaign.stop_at?.budget ?? null
  const { cap, attempts } = campaign
  return (
    <Card icon="cap" title={t('campaigns.caps')} onEdit={onEdit}>
      <Row label={t('campaigns.perDay')}>{t('campaigns.times', { count: attempts.per_day })}</Row>
      {attempts.in_all !== null && <Row label={t('campaigns.inAll')}>{t('campaigns.times', { count: attempts.in_all })}</Row>}
      <Row label={t('campaigns.capOverAll')}>{cap ? t('campaigns.capWords', { count: cap.contacts, length: length(cap.per) }) : t('campaigns.none')}</Row>
      <Row label={t('campaigns.priority')}>{campaign.priority}</Row>
      {campaign.stop_at?.failure_rate != null && <Row label={t('campaigns.failureRate')}>{Math.round(campaign.stop_at.failure_rate * 100)} %</Row>}
      <Row label={budget === null ? t('campaigns.spent') : t('campaigns.budget')}>{money(progress.cost)}{budget !== null && <span className="i3"> / {money(budget)}</span>}</Row>
      {budget !== null && <div className="bar"><i style={{ width: `${Math.min(100, (100 * progress.cost) / budget)}%`, background: progress.cost >= budget * 0.9 ? 'var(--warn-solid)' : 'var(--brand)' }} /></div>}
    </Card>
  )
}

const most = 8

export function OutcomesCard({ campaign, figures }: { campaign: Campaign; figures: CampaignFigures }) {
  const { t, i18n } = useTranslation()
  const whole = figures.outcomes.reduce((sum, one) => sum + one.sessions, 0)
  const name = (outcome: string) => (outcome === 'hung_up' ? t('sessions.hungUp') : outcome === 'completed' ? t('sessions.status.completed') : outcome)
  const seen = <Link className="t12" to={`/sessions?flow=${campaign.flow}`}>{t('campaigns.seeSessions')}</Link>
  return (
    <Card icon="end" title={t('campaigns.outcomes')} aside={seen}>
      {whole === 0 && <p className="t12 i3">{t('campaigns.noOutcomes')}</p>}
      {figures.outcomes.slice(0, most).map((one) => (
        <div key={`${one.outcome}${one.completed}`} className="cg-outcome t12">
          <span className="el" title={name(one.outcome)}>{name(one.outcome)}</span>
          <span className="bar"><i style={{ width: `${(100 * one.sessions) / whole}%`, background: one.outcome === 'hung_up' ? 'var(--err-solid)' : one.completed ? 'var(--brand)' : 'var(--brand-line)' }} /></span>
          <span className="b ar">{one.sessions.toLocaleString(i18n.language)}</span>
          <span className="i3 ar">{share(one.sessions, whole)}</span>
        </div>
      ))}
    </Card>
  )
}
