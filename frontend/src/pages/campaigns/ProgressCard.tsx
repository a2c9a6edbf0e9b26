/** Where everybody of a campaign stands: figures, one bar, and what its colours mean. */
import { useTranslation } from 'react-i18next'
import { type Part, type Parts, parts, share, total } from './stands'

export const partColours: Record<Part, string> = { reached: 'var(--brand)', trying: 'var(--warn-solid)', waiting: 'var(--line-strong)', unreached: 'var(--err-solid)', leftOut: 'var(--line-control)' }

export function usePartWords(): Record<Part, string> {
  const { t } = useTranslation()
  return {
    reached: t('campaigns.part.reached'), trying: t('campaigns.part.trying'), waiting: t('campaigns.part.waiting'),
    unreached: t('campaigns.part.unreached'), leftOut: t('campaigns.part.leftOut'),
  }
}

export function Bar({ sum, label }: { sum: Parts; label: string }) {
  const whole = total(sum)
  return (
    <div className="bar cg-bar" role="img" aria-label={label}>
      {parts.filter((part) => sum[part] > 0).map((part) => <i key={part} style={{ width: `${(100 * sum[part]) / whole}%`, background: partColours[part] }} />)}
    </div>
  )
}

export function ProgressCard({ sum, members, doubled }: { sum: Parts; members: number; doubled: number }) {
  const { t, i18n } = useTranslation()
  const words = usePartWords()
  const number = (value: number) => value.toLocaleString(i18n.language)
  const label = parts.map((part) => `${words[part]} ${share(sum[part], members)}`).join(' · ')
  return (
    <section className="card cg-progress" aria-label={t('campaigns.progress')} data-testid="campaign-progress">
      <dl className="cg-figures" aria-live="off">
        <div title={doubled > 0 ? t('campaigns.doubled', { count: doubled }) : undefined}><dt>{t('campaigns.members')}</dt><dd className="t20">{number(members)}</dd></div>
        {parts.map((part) => <div key={part} data-part={part}><dt>{words[part]}</dt><dd className="t20">{number(sum[part])}</dd></div>)}
      </dl>
      <Bar sum={sum} label={label} />
      <div className="cg-legend t12 i2" aria-hidden="true">
        {parts.filter((part) => sum[part] > 0).map((part) => <span key={part}><span className="pt" style={{ background: partColours[part] }} />{words[part]} {share(sum[part], members)}</span>)}
      </div>
    </section>
  )
}
