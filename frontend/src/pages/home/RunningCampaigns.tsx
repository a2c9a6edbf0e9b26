/** The campaigns that run or are paused, each with its bar. */
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { campaigns, type Campaign, type Progress } from '../../api/campaigns'
import { useRefreshed } from '../../api/useRefreshed'
import { dayAndClock } from '../../i18n/time'
import { Bar, usePartWords } from '../campaigns/ProgressCard'
import { StateChip } from '../campaigns/StateChip'
import { type Parts, parts, partsOf, share, total } from '../campaigns/stands'
import '../campaigns/campaigns.css'

interface Seen { campaign: Campaign; progress: Progress; sum: Parts }
const most = 6

async function look(): Promise<Seen[]> {
  const pages = await Promise.all([campaigns.list('running', most), campaigns.list('paused', most)])
  const open = pages.flatMap((page) => page.items).slice(0, most)
  return Promise.all(open.map(async (campaign) => {
    const [progress, figures] = await Promise.all([campaigns.progress(campaign.id), campaigns.figures(campaign.id)])
    return { campaign, progress, sum: partsOf(figures.people) }
  }))
}

export function RunningCampaigns() {
  const { t, i18n } = useTranslation()
  const words = usePartWords()
  const { data } = useRefreshed(look, 10_000)
  const number = (value: number) => value.toLocaleString(i18n.language)
  return (
    <section className="card" aria-label={t('home.running')}>
      <div className="hm-head"><h2 className="t14 b">{t('home.running')}</h2><span className="sp" /><Link className="t12" to="/campaigns">{t('home.all')}</Link></div>
      {data?.length === 0 && <p className="hm-none i3">{t('home.noneRunning')}</p>}
      {data && data.length > 0 && <div className="hm-campaigns">
        {data.map(({ campaign, progress, sum }) => {
          const whole = total(sum)
          return (
            <Link key={campaign.id} to={`/campaigns/${campaign.id}`} className="hm-campaign">
              <span className="row"><span className="b el">{campaign.name}</span><StateChip state={campaign.state} building={campaign.building} /><span className="sp" /><span className="nw">{number(whole - sum.waiting - sum.trying)} / {number(whole)}</span></span>
              <Bar sum={sum} label={parts.map((part) => `${words[part]} ${share(sum[part], whole)}`).join(' · ')} />
              <span className="t12 i2">{campaign.state === 'paused' ? t('home.paused') : progress.ends_at ? t('campaigns.endsAt', { at: dayAndClock(new Date(progress.ends_at), i18n.language) }) : ' '}</span>
            </Link>
          )
        })}
      </div>}
    </section>
  )
}
