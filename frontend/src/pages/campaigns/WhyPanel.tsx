/** Why was, or wasn't, this person contacted? The verdict first, then everything that was considered and done, with its time. */
import { App, Button, Popconfirm } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { campaigns, type Campaign, type Member, type TraceEntry } from '../../api/campaigns'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { iconOf, toneOf, verdictOf } from './trace'

interface WhyPanelProps { campaign: Campaign; member: Member; onClose: () => void; onChanged: () => void }

export function WhyPanel({ campaign, member, onClose, onChanged }: WhyPanelProps) {
  const { t, i18n } = useTranslation()
  const { message } = App.useApp()
  const [entries, setEntries] = useState<TraceEntry[] | null>(null)
  const [failed, setFailed] = useState(false)
  const load = useCallback(async () => {
    try {
      setEntries((await campaigns.why(campaign.id, member.id)).items)
      setFailed(false)
    } catch {
      setFailed(true)
    }
  }, [campaign.id, member.id])
  useEffect(() => void load(), [load, member, i18n.language])  // its words come in the reader's language

  const takeOut = async () => {
    try {
      await campaigns.takeOut(campaign.id, member.id)
      onChanged()
      await load()
    } catch {
      message.error(t('campaigns.notTakenOut'))
    }
  }
  const copy = async () => {
    await navigator.clipboard?.writeText(`${window.location.origin}/campaigns/${campaign.id}?person=${member.id}`)
    message.success(t('campaigns.linkCopied'))
  }
  const who = member.contact.name ?? member.number
  const reached = member.state === 'done' && member.fate === 'answered'
  return (
    <aside className="cg-why" aria-label={t('campaigns.whyTitle', { who })} data-testid="why-panel">
      <div className="cg-why-head">
        <h2 className="t14 b el grow" title={who}>{t(reached ? 'campaigns.whyContacted' : 'campaigns.whyTitle', { who })}</h2>
        <button type="button" className="btn g sm ic" aria-label={t('shell.close')} onClick={onClose}><Icon name="x" size={14} /></button>
      </div>
      <div className="cg-why-body">
        {failed && <div className="cg-trouble" role="alert"><Icon name="err" size={14} /><span className="grow">{t('campaigns.whyNotLoaded')}</span><Button size="small" onClick={() => void load()}>{t('shell.retry')}</Button></div>}
        {entries === null && !failed && <div className="skel" style={{ height: 64 }} aria-busy="true" />}
        {entries && <VerdictBox member={member} entries={entries} />}
        {entries && <ol className="cg-trace">{entries.map((entry, place) => <Entry key={place} entry={entry} flow={campaign.flow} />)}</ol>}
      </div>
      <div className="cg-why-foot">
        {member.state === 'waiting' && (
          <Popconfirm title={t('campaigns.takeOutWhat')} okText={t('campaigns.takeOut')} cancelText={t('shell.cancel')} okButtonProps={{ danger: true }} icon={null} onConfirm={() => void takeOut()}>
            <Button danger icon={<Icon name="minus" size={14} />}>{t('campaigns.takeOut')}</Button>
          </Popconfirm>
        )}
        <span className="sp" />
        <button type="button" className="btn g" onClick={() => void copy()}><Icon name="link" size={14} />{t('campaigns.copyLink')}</button>
      </div>
    </aside>
  )
}

function VerdictBox({ member, entries }: { member: Member; entries: readonly TraceEntry[] }) {
  const { t, i18n } = useTranslation()
  const { tone, words, until, why } = verdictOf(member, entries)
  const heads = { waiting: t('campaigns.verdict.waiting'), under_way: t('campaigns.verdict.under_way'), left_out: t('campaigns.verdict.left_out'), done: member.fate === 'answered' ? t('campaigns.verdict.reached') : t('campaigns.verdict.unreached') }
  return (
    <div className={`cg-verdict ${tone}`} data-testid="verdict">
      <Icon name={tone === 'ok' ? 'check' : tone === 'br' ? 'call' : 'cap'} />
      <div>
        <div className="b">{why ?? heads[member.state]}</div>
        <div className="t12">{[why ? heads[member.state] : words, until ? t('campaigns.turnAt', { at: dayAndClock(new Date(until), i18n.language) }) : ''].filter(Boolean).join(' ')}</div>
      </div>
    </div>
  )
}

function Entry({ entry, flow }: { entry: TraceEntry; flow: string }) {
  const { t, i18n } = useTranslation()
  const tone = toneOf(entry)
  const attempt = entry.kind.startsWith('attempt.') && entry.session
  return (
    <li className="cg-entry" data-kind={entry.kind}>
      <span className={`cg-dot ${tone}`}><Icon name={iconOf(entry)} size={12} /></span>
      <div className="grow">
        <div>{entry.words}</div>
        {entry.why && !entry.words.includes(entry.why.words) && <div className="t12 i2">{entry.why.words}</div>}
        {attempt && <Link className="t12" to={`/flows/${flow}/follow?session=${entry.session}`}>{t('campaigns.seeSession')}</Link>}
      </div>
      <time className="t11 i3 nw" dateTime={entry.at}>{dayAndClock(new Date(entry.at), i18n.language)}</time>
    </li>
  )
}
