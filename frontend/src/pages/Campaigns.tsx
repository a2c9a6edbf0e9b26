/** The list of campaigns: how each stands, how far it is, and the way to make another. */
import { Button } from 'antd'
import { lazy, Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { campaigns, type Campaign, type CampaignFigures, type Progress } from '../api/campaigns'
import { flows } from '../api/flows'
import { useRefreshed } from '../api/useRefreshed'
import { dayAndClock } from '../i18n/time'
import { Icon } from '../icons/Icon'
import { Bar, usePartWords } from './campaigns/ProgressCard'
import { StateChip } from './campaigns/StateChip'
import { type Parts, parts, partsOf, share, total } from './campaigns/stands'
import { useMaking } from './material/useMaking'
import { useMay } from './material/useMay'
import './campaigns/campaigns.css'

const CampaignForm = lazy(async () => ({ default: (await import('./campaigns/CampaignForm')).CampaignForm }))
const refreshEvery = 10_000
/** Of so many of the newest campaigns is asked how far they are. */
const looked = 20

interface Shown { campaign: Campaign; flow: string; progress: Progress | null; sum: Parts | null }

async function look(): Promise<Shown[]> {
  const [page, named] = await Promise.all([campaigns.list(), flows.list()])
  const names = new Map(named.items.map((one) => [one.id, one.name]))
  return Promise.all(page.items.map(async (campaign, place) => {
    const begun = campaign.state !== 'draft' && place < looked
    const [progress, figures]: [Progress | null, CampaignFigures | null] = begun ? await Promise.all([campaigns.progress(campaign.id), campaigns.figures(campaign.id)]) : [null, null]
    return { campaign, flow: names.get(campaign.flow) ?? '', progress, sum: figures && partsOf(figures.people) }
  }))
}

export function Campaigns() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { data: rows, failed, load } = useRefreshed(look, refreshEvery)
  const [making, setMaking] = useMaking(true)
  const may = useMay()('campaigns.edit')
  useEffect(() => {
    document.title = `${t('campaigns.title')} · Callweave`
  }, [t])
  return (
    <>
      <header className="hdr">
        <h1 className="t16 b">{t('campaigns.title')}</h1>
        {rows && <span className="i3">{rows.length}</span>}
        <span className="sp" />
        {may && <Button type={rows?.length === 0 ? 'default' : 'primary'} icon={<Icon name="plus" size={14} />} onClick={() => setMaking(true)} data-testid="new-campaign">{t('campaigns.new')}</Button>}
      </header>
      <main className="content">
        {failed !== null && (
          <div className="card cg-failed" role="alert">
            <Icon name="err" />
            <div className="grow"><div className="b">{t('campaigns.notLoaded')}</div><details className="i3 t12"><summary>{t('shell.details')}</summary><code className="mono">{failed}</code></details></div>
            <Button icon={<Icon name="retry" size={14} />} onClick={() => void load()}>{t('shell.retry')}</Button>
          </div>
        )}
        {rows === null && failed === null && <div className="card cg-skeleton" aria-busy="true"><span className="skel" style={{ width: 260, height: 16 }} /></div>}
        {rows?.length === 0 && (
          <div className="card cg-empty">
            <Icon name="horn" size={20} />
            <span className="b">{t('campaigns.empty')}</span>
            <span className="i2">{t('campaigns.emptyWhat')}</span>
            {may && <Button type="primary" onClick={() => setMaking(true)}>{t('campaigns.new')}</Button>}
          </div>
        )}
        {rows && rows.length > 0 && <ul className="card cg-rows" data-stale={failed !== null} data-testid="campaign-list">{rows.map((row) => <Row key={row.campaign.id} {...row} />)}</ul>}
      </main>
      <Suspense fallback={null}>
        {may && making && <CampaignForm before={null} onClose={() => setMaking(null)} onSaved={(made) => void navigate(`/campaigns/${made.id}`)} />}
      </Suspense>
    </>
  )
}

function Row({ campaign, flow, progress, sum }: Shown) {
  const { t, i18n } = useTranslation()
  const words = usePartWords()
  const whole = sum === null ? 0 : total(sum)
  const over = sum === null ? 0 : whole - sum.waiting - sum.trying
  const number = (value: number) => value.toLocaleString(i18n.language)
  const at = (moment: string) => dayAndClock(new Date(moment), i18n.language)
  const when =
    progress?.ends_at && campaign.state === 'running' ? t('campaigns.endsAt', { at: at(progress.ends_at) })
    : campaign.ended_at ? t('campaigns.endedAt', { at: at(campaign.ended_at) })
    : campaign.why ? campaign.why.words
    : t('campaigns.madeAt', { at: at(campaign.created_at) })
  return (
    <li>
      <Link className="cg-line" to={`/campaigns/${campaign.id}`}>
        <span className="cg-line-name"><span className="b el" title={campaign.name}>{campaign.name}</span><StateChip state={campaign.state} building={campaign.building} /></span>
        <span className="t12 i3 el cg-line-flow" title={flow}>{flow}</span>
        <span className="cg-line-bar">{sum !== null && whole > 0 && <Bar sum={sum} label={parts.map((part) => `${words[part]} ${share(sum[part], whole)}`).join(' · ')} />}</span>
        <span className="nw ar cg-line-count">{sum !== null && `${number(over)} / ${number(whole)}`}</span>
        <span className="t12 i2 el ar cg-line-when" title={when}>{when}</span>
      </Link>
    </li>
  )
}
