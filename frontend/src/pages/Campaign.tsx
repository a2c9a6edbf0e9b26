/** One campaign on one page: how far it is, by which rules, with whom, and why somebody was or was not contacted. */
import { App, Button } from 'antd'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { api, ApiError } from '../api/client'
import { campaigns, type Campaign, type CampaignFigures, type Member, type Progress } from '../api/campaigns'
import { flows } from '../api/flows'
import { useRefreshed } from '../api/useRefreshed'
import { dayAndClock } from '../i18n/time'
import { Icon } from '../icons/Icon'
import { Actions } from './campaigns/Actions'
import { People } from './campaigns/People'
import { ProgressCard } from './campaigns/ProgressCard'
import { AudienceCard, CapsCard, OutcomesCard, PaceCard, RetriesCard, WindowsCard } from './campaigns/RuleCards'
import { StateChip } from './campaigns/StateChip'
import { partsOf } from './campaigns/stands'
import { WhyPanel } from './campaigns/WhyPanel'
import './campaigns/campaigns.css'

const CampaignForm = lazy(async () => ({ default: (await import('./campaigns/CampaignForm')).CampaignForm }))
const RehearsalDrawer = lazy(async () => ({ default: (await import('./campaigns/Foresight')).RehearsalDrawer }))
const DryRunDrawer = lazy(async () => ({ default: (await import('./campaigns/Foresight')).DryRunDrawer }))
const ONE_MESSAGE = { maxCount: 1, duration: 5 }
const whileRunning = 2_000
const otherwise = 15_000

interface Shown { campaign: Campaign; progress: Progress; figures: CampaignFigures; flow: string }
type Open = 'edit' | 'rehearsal' | 'dry-run' | null

export function CampaignPage() {
  const { id = '' } = useParams()
  return <App component={false} message={ONE_MESSAGE}><OneCampaign key={id} id={id} /></App>
}

function OneCampaign({ id }: { id: string }) {
  const { t } = useTranslation()
  const [missing, setMissing] = useState(false)
  const look = useCallback(async (): Promise<Shown> => {
    try {
      const [campaign, progress, figures] = await Promise.all([campaigns.one(id), campaigns.progress(id), campaigns.figures(id)])
      const flow = await flows.detail(campaign.flow).then((one) => one.name, () => '')
      return { campaign, progress, figures, flow }
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 404) setMissing(true)
      throw problem
    }
  }, [id])
  const [every, setEvery] = useState(whileRunning)
  const { data, failed, load } = useRefreshed(look, every)
  useEffect(() => {
    if (data) setEvery(data.campaign.state === 'running' ? whileRunning : otherwise)
  }, [data])
  useEffect(() => {
    if (data) document.title = `${data.campaign.name} · Callweave`
  }, [data])
  if (missing || (failed !== null && data === null)) {
    return (
      <main className="state" role="alert">
        <span className="t14 b">{missing ? t('campaigns.noSuch') : t('campaigns.notLoaded')}</span>
        <Link className="btn" to="/campaigns">{t('campaigns.toAll')}</Link>
      </main>
    )
  }
  if (data === null) return <main className="content" aria-busy="true"><div className="card cg-skeleton"><span className="skel" style={{ width: 320, height: 20 }} /></div></main>
  return <Page {...data} stale={failed !== null} load={load} />
}

function Page({ campaign, progress, figures, flow, stale, load }: Shown & { stale: boolean; load: () => Promise<void> }) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState<Open>(null)
  const { member, choose } = useChosen(campaign.id)
  const sum = useMemo(() => partsOf(figures.people), [figures])
  const isOver = campaign.state === 'stopped' || campaign.state === 'finished'
  const edit = isOver ? undefined : () => setOpen('edit')
  const at = (moment: string) => dayAndClock(new Date(moment), i18n.language)
  const when = campaign.ended_at ? t('campaigns.endedAt', { at: at(campaign.ended_at) }) : progress.ends_at ? t('campaigns.endsAt', { at: at(progress.ends_at) }) : null
  const close = () => setOpen(null)
  return (
    <>
      <header className="hdr cg-hdr">
        <Link to="/campaigns" className="i2 cg-crumb">{t('campaigns.title')}</Link>
        <Icon name="rt" size={12} className="cg-crumb" />
        <h1 className="t16 b el" title={campaign.name}>{campaign.name}</h1>
        <StateChip state={campaign.state} building={campaign.building} />
        <span className="t12 i2 el cg-about">{[t('campaigns.byFlow', { flow, version: campaign.version === null ? '' : ` v${campaign.version}` }), when].filter(Boolean).join(' · ')}</span>
        <span className="sp" />
        <Actions campaign={campaign} progress={progress} onDone={() => void load()} onRehearse={() => setOpen('rehearsal')} onEdit={() => setOpen('edit')} onDryRun={() => setOpen('dry-run')} />
      </header>
      <main className="content cg" data-why={member !== null} data-stale={stale}>
        <div className="cg-main">
          {stale && <div className="cg-trouble" role="alert"><Icon name="err" size={14} /><span className="grow">{t('campaigns.stale')}</span><Button size="small" onClick={() => void load()}>{t('shell.retry')}</Button></div>}
          {campaign.why && <div className="cg-verdict wa" role="status"><Icon name="warn" /><div><div className="b">{campaign.why.words}</div></div></div>}
          <ProgressCard sum={sum} members={progress.members} doubled={progress.doubled} />
          <div className="cg-cards">
            <AudienceCard campaign={campaign} progress={progress} onEdit={edit} />
            <PaceCard campaign={campaign} progress={progress} figures={figures} onEdit={edit} />
            <WindowsCard campaign={campaign} onEdit={edit} />
            <RetriesCard campaign={campaign} onEdit={edit} />
            <CapsCard campaign={campaign} progress={progress} onEdit={edit} />
            <OutcomesCard campaign={campaign} figures={figures} />
          </div>
          {campaign.started_at && <a className="btn cg-export" href={`/api/v1/campaigns/${campaign.id}/attempts.csv`} download><Icon name="dl" size={14} />{t('campaigns.export')}</a>}
        </div>
        <div className="cg-side">
          {member
            ? <WhyPanel campaign={campaign} member={member} onClose={() => choose(null)} onChanged={() => void load()} />
            : <People campaign={campaign.id} members={progress.members} chosen={null} refresh={[progress.waiting, progress.under_way, progress.done, progress.left_out, progress.attempts].join()} onChoose={choose} />}
        </div>
      </main>
      <Suspense fallback={null}>
        {open === 'edit' && <CampaignForm before={campaign} onClose={close} onSaved={() => { close(); void load() }} />}
        {open === 'rehearsal' && <RehearsalDrawer campaign={campaign} onClose={close} />}
        {open === 'dry-run' && <DryRunDrawer campaign={campaign} onClose={close} />}
      </Suspense>
    </>
  )
}

/** Whose account is open; it stands in the address, so that the account can be sent to somebody. */
function useChosen(campaign: string) {
  const { i18n } = useTranslation()
  const [query, setQuery] = useSearchParams()
  const wanted = query.get('person')
  const [member, setMember] = useState<Member | null>(null)
  useEffect(() => {
    if (wanted === null) return setMember(null)
    let gone = false
    api.get<Member>(`/campaigns/${campaign}/members/${encodeURIComponent(wanted)}`).then((found) => !gone && setMember(found), () => !gone && setMember(null))
    return () => { gone = true }
  }, [campaign, wanted, i18n.language])  // the reason comes in the reader's language
  const choose = useCallback((next: Member | null) => {
    setMember(next)
    setQuery(next === null ? {} : { person: next.id }, { replace: true })
  }, [setQuery])
  return { member, choose }
}
