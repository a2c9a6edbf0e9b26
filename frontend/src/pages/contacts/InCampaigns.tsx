/** The campaigns that a person is in: whether he waits there, until when, and why. */
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { WholeContact } from '../../api/contacts'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'

const looks = { waiting: 'chip wa', under_way: 'chip br', done: 'chip ok', left_out: 'chip er' } as const

export function InCampaigns({ person }: { person: WholeContact }) {
  const { t, i18n } = useTranslation()
  return (
    <section className="card" aria-label={t('contacts.campaigns')} data-testid="in-campaigns">
      <div className="mt-head"><Icon name="horn" /><h2 className="t14 b">{t('contacts.campaigns')}</h2><span className="i3">{person.campaigns.length}</span></div>
      <ul className="mt-pad contacts-campaigns">
        {person.campaigns.length === 0 && <li className="i3">{t('contacts.noCampaign')}</li>}
        {person.campaigns.map((one) => {
          const words = { waiting: t('campaigns.member.waiting'), under_way: t('campaigns.member.under_way'), done: t('campaigns.member.done'), left_out: t('campaigns.member.left_out') }
          // Who waited when it was stopped waits no more.
          const over = one.state === 'waiting' && (one.campaign_state === 'stopped' || one.campaign_state === 'finished')
          const halted = one.state === 'waiting' && one.campaign_state === 'paused' ? t('campaigns.state.paused') : null
          const turn = one.state === 'waiting' && one.campaign_state === 'running' && one.next_at ? t('contacts.turnAt', { at: dayAndClock(new Date(one.next_at), i18n.language) }) : null
          return (
            <li key={one.member} data-state={over ? 'over' : one.state}>
              <div className="row"><Link className="el" to={`/campaigns/${one.campaign}?person=${one.member}`}>{one.name}</Link><span className="sp" /><span className={over ? 'chip' : looks[one.state]}>{over ? t(`campaigns.state.${one.campaign_state}`) : words[one.state]}</span></div>
              {!over && <div className="i2 t12">{[halted, turn, one.why?.words].filter(Boolean).join(' · ')}</div>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
