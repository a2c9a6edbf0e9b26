/** A person's addresses, and by what each may be reached: told to stop, or allowed again, right here. */
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { contacts, type Address, type WholeContact } from '../../api/contacts'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { troubleOf } from '../material/problem'
import { useMay } from '../material/useMay'
import { type Reach, isMasked, reachOf } from './timeline'

const tiles = { voice: ['phone', 'm-voice'], sms: ['sms', 'm-sms'], mail: ['mail', 'm-mail'] } as const

export function Addresses({ person, onChanged }: { person: WholeContact; onChanged: () => void }) {
  const { t } = useTranslation()
  const mayChange = useMay()('consent.edit')
  const [failed, setFailed] = useState<string | null>(null)
  if (person.addresses.length === 0) return <p className="i3">{t('contacts.noAddress')}</p>
  const change = async (address: Address, reach: Reach) => {
    setFailed(null)
    try {
      if (reach.barred) await contacts.unbar(reach.medium, address.address)
      else await contacts.bar(reach.medium, address.address, '')
      onChanged()
    } catch (problem) {
      setFailed(troubleOf(problem).message)
    }
  }
  return (
    <>
      {person.addresses.map((address) => (
        <div key={address.address} className="contacts-address" data-address={address.address}>
          <div className="row"><span className="b">{address.address}</span>{!address.current && <span className="chip">{t('contacts.earlier')}</span>}</div>
          {reachOf(person, address.address).map((reach) => (
            <Way key={reach.medium} reach={reach} fixed={!mayChange || isMasked(address.address)} onChange={() => void change(address, reach)} />
          ))}
        </div>
      ))}
      {failed && <p className="mt-err" role="alert">{failed}</p>}
    </>
  )
}

function Way({ reach, fixed, onChange }: { reach: Reach; fixed: boolean; onChange: () => void }) {
  const { t, i18n } = useTranslation()
  const [icon, tint] = tiles[reach.medium]
  const why = reach.barred ?? reach.consent
  const since = why ? dayAndClock(new Date(why.at), i18n.language) : null
  return (
    <div className="contacts-reach">
      <span className={`tile s ${tint}`}><Icon name={icon} size={14} /></span>
      {reach.barred ? <span className="chip er">{t(`contacts.barred.${reach.medium}`)}</span> : <span className={reach.consent?.given ? 'chip ok' : 'chip'}>{reach.consent?.given ? t('contacts.agreed') : t(`contacts.may.${reach.medium}`)}</span>}
      {since && <span className="i3 el" title={why?.reason}>{since} · {t(`contacts.from.${why?.source ?? 'api'}`)}</span>}
      <span className="sp" />
      {!fixed && <Button size="small" type="text" onClick={onChange}>{reach.barred ? t('contacts.allow') : t('contacts.bar')}</Button>}
    </div>
  )
}
