/** Everybody in a campaign, found by number, state or fate; each opens the account of why he was, or was not, contacted. */
import { Button, Select } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { campaigns, type Member, type MemberState } from '../../api/campaigns'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { useFateWords } from './words'

const states: readonly MemberState[] = ['waiting', 'under_way', 'done', 'left_out']

interface PeopleProps { campaign: string; members: number; chosen: string | null; refresh: unknown; onChoose: (member: Member) => void }

export function People({ campaign, members, chosen, refresh, onChoose }: PeopleProps) {
  const { t, i18n } = useTranslation()
  const [number, setNumber] = useState('')
  const [state, setState] = useState<MemberState | null>(null)
  const [rows, setRows] = useState<Member[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)
  const load = useCallback(async (cursor?: string | null) => {
    try {
      const page = await campaigns.members(campaign, { number: number.trim(), state, ...(cursor ? { cursor } : {}) })
      setRows((before) => (cursor ? [...(before ?? []), ...page.items] : page.items))
      setNext(page.next)
      setFailed(false)
    } catch {
      setFailed(true)
    }
  }, [campaign, number, state])
  useEffect(() => {
    const timer = setTimeout(() => void load(), 250)
    return () => clearTimeout(timer)
  }, [load, refresh])

  const words: Record<MemberState, string> = { waiting: t('campaigns.member.waiting'), under_way: t('campaigns.member.under_way'), done: t('campaigns.member.done'), left_out: t('campaigns.member.left_out') }
  return (
    <section className="card cg-people" aria-label={t('campaigns.people')}>
      <div className="cg-people-head">
        <h2 className="t14 b">{t('campaigns.people')}</h2>
        <span className="i3">{members.toLocaleString(i18n.language)}</span>
        <label className="fld q grow">
          <Icon name="search" size={14} />
          <input type="search" value={number} placeholder={t('campaigns.numberOrMail')} aria-label={t('campaigns.findPerson')} onChange={(event) => setNumber(event.target.value)} />
        </label>
        <Select<MemberState | 'all'>
          value={state ?? 'all'} onChange={(value) => setState(value === 'all' ? null : value)} aria-label={t('campaigns.byState')} popupMatchSelectWidth={false}
          options={[{ value: 'all', label: t('campaigns.everybody') }, ...states.map((one) => ({ value: one, label: words[one] }))]}
        />
      </div>
      {failed && <div className="cg-trouble" role="alert"><Icon name="err" size={14} /><span className="grow">{t('campaigns.peopleNotLoaded')}</span><Button size="small" onClick={() => void load()}>{t('shell.retry')}</Button></div>}
      <ul className="cg-list" data-testid="campaign-people">
        {rows?.map((row) => <Row key={row.id} row={row} on={row.id === chosen} words={words} onChoose={onChoose} />)}
      </ul>
      {rows?.length === 0 && <p className="cg-none i3 t12">{number || state ? t('campaigns.nobodyFits') : t('campaigns.nobodyYet')}</p>}
      {next && <button type="button" className="cg-more br t12" onClick={() => void load(next)}>{t('campaigns.morePeople')}</button>}
    </section>
  )
}

function Row({ row, on, words, onChoose }: { row: Member; on: boolean; words: Record<MemberState, string>; onChoose: (member: Member) => void }) {
  const { t, i18n } = useTranslation()
  const fates = useFateWords()
  const when = row.state === 'waiting' && row.next_at ? t('campaigns.nextAt', { at: dayAndClock(new Date(row.next_at), i18n.language) }) : row.fate ? fates(row.fate) : ''
  return (
    <li>
      <button type="button" className="cg-person" aria-current={on || undefined} onClick={() => onChoose(row)} data-state={row.state}>
        <span className="b el">{row.contact.name ?? row.number}</span>
        <span className={`chip ${row.state === 'under_way' ? 'br' : row.state === 'done' ? 'ok' : row.state === 'left_out' ? 'wa' : ''}`}>{words[row.state]}</span>
        <span className="i3 t12 el">{row.contact.name ? row.number : ''}</span>
        <span className="i2 t12 el ar" title={row.why?.words}>{row.why?.words ?? when}</span>
      </button>
    </li>
  )
}
