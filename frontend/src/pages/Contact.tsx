/** One person: where he is reached and may be, what is known of him, and all that passed, by whatever medium. */
import { Button } from 'antd'
import { lazy, Suspense, useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { contacts, type Erasure, type WholeContact } from '../api/contacts'
import { useRefreshed } from '../api/useRefreshed'
import { Icon } from '../icons/Icon'
import { Addresses } from './contacts/Addresses'
import './contacts/contacts.css'
import { InCampaigns } from './contacts/InCampaigns'
import { Receipt } from './contacts/Erasures'
import { Timeline } from './contacts/Timeline'
import { Failed, PageHead, Skeleton } from './material/Frame'
import { useMay } from './material/useMay'
import { valueText } from './records/fields'

const Erase = lazy(async () => ({ default: (await import('./contacts/Erase')).Erase }))
const every = 15_000

export function Contact() {
  const { id = '' } = useParams()
  return <Person key={id} id={id} />
}

function Person({ id }: { id: string }) {
  const { t } = useTranslation()
  const may = useMay()
  const ask = useCallback(() => contacts.one(id), [id])
  const { data: person, failed, load } = useRefreshed(ask, every)
  const [erasing, setErasing] = useState(false)
  const [receipt, setReceipt] = useState<Erasure | null>(null)
  const back = <Link to="/contacts" className="btn g ic" aria-label={t('contacts.back')} title={t('contacts.back')}><Icon name="lt" /></Link>
  const name = person && (typeof person.fields['name'] === 'string' ? person.fields['name'] : person.key)

  if (receipt) {
    return (
      <>
        <PageHead title={t('contacts.erased')} back={back} />
        <main className="content mt" style={{ maxWidth: 640 }}><p>{t('contacts.erasedWhat')}</p><Receipt receipt={receipt} /></main>
      </>
    )
  }
  return (
    <>
      <PageHead title={name ?? ''} back={back}>
        {person && may('contacts.erase') && <Button danger onClick={() => setErasing(true)}>{t('contacts.erase')}</Button>}
      </PageHead>
      <main className="content mt">
        {failed !== null && <Failed title={t('contacts.oneNotLoaded')} detail={failed} kept={person !== null} onRetry={() => void load()} />}
        {person === null && failed === null && <Skeleton />}
        {person && (
          <div className="contacts-one">
            <div className="contacts-side">
              <section className="card"><div className="mt-head"><Icon name="people" /><h2 className="t14 b">{t('contacts.reached')}</h2></div><div className="mt-pad"><Addresses person={person} onChanged={() => void load()} /></div></section>
              <InCampaigns person={person} />
              <Known person={person} />
              <ItsRecords person={person} />
            </div>
            <Timeline person={person} />
          </div>
        )}
      </main>
      <Suspense fallback={null}>{erasing && person && <Erase person={person} name={name ?? ''} onClose={() => setErasing(false)} onErased={setReceipt} />}</Suspense>
    </>
  )
}

function Known({ person }: { person: WholeContact }) {
  const { t, i18n } = useTranslation()
  const words = { yes: t('material.yes'), no: t('material.no') }
  const known = new Set(['name', 'phone', 'email', 'language', 'time_zone'])
  return (
    <section className="card">
      <div className="mt-head"><Icon name="note" /><h2 className="t14 b">{t('contacts.known')}</h2></div>
      <dl className="mt-dl mt-pad">
        <dt>{t('contacts.key')}</dt><dd className="mono">{person.key}</dd>
        {Object.entries(person.fields).map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{known.has(name) ? t(`contacts.${name}`) : name}</dt>
            <dd>{valueText(value, i18n.language, words)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function ItsRecords({ person }: { person: WholeContact }) {
  const { t } = useTranslation()
  return (
    <section className="card">
      <div className="mt-head"><Icon name="book" /><h2 className="t14 b">{t('records.title')}</h2><span className="i3">{person.records.length}</span></div>
      <ul className="mt-pad" style={{ listStyle: 'none', margin: 0, display: 'flex', flexDirection: 'column', gap: 6 }}>
        {person.records.length === 0 && <li className="i3">{t('material.none')}</li>}
        {person.records.map((row) => (
          <li key={row.id} className="row"><Link className="el" to={`/records?type=${row.record_type}&key=${encodeURIComponent(row.key)}`}>{row.key}</Link><span className="i3 t12">{row.record_type}</span></li>
        ))}
      </ul>
    </section>
  )
}
