/** All that passed between us and a person, day by day. */
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { WholeContact } from '../../api/contacts'
import { flows } from '../../api/flows'
import { useRefreshed } from '../../api/useRefreshed'
import { clock, span } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import type { IconName } from '../../icons/paths'
import { type Passed, dayOf, timelineOf } from './timeline'

const tiles: Record<Passed['medium'], [IconName, string]> = { voice: ['phone', 'm-voice'], sms: ['sms', 'm-sms'], mail: ['mail', 'm-mail'], flow: ['flow', 'm-logic'] }
const media = ['all', 'voice', 'sms', 'mail', 'flow'] as const
const good = new Set(['answered', 'delivered', 'sent', 'received', 'completed'])
const bad = new Set(['failed', 'unknown', 'stopped', 'expired'])
const everyFiveMinutes = 300_000
const names = async () => Object.fromEntries((await flows.list()).items.map((row) => [row.id, row.name]))

export function Timeline({ person }: { person: WholeContact }) {
  const { t, i18n } = useTranslation()
  const [only, setOnly] = useState<(typeof media)[number]>('all')
  const { data: named } = useRefreshed<Record<string, string>>(names, everyFiveMinutes)
  const all = useMemo(() => timelineOf(person), [person])
  const line = all.filter((one) => only === 'all' || one.medium === only)
  let day = ''
  return (
    <section className="card" aria-label={t('contacts.passed')}>
      <div className="mt-head">
        <Icon name="clock" />
        <h2 className="t14 b">{t('contacts.passed')}</h2>
        <span className="i3">{all.length}</span>
        <span className="sp" />
        <div className="seg" role="group" aria-label={t('contacts.only')}>
          {media.map((medium) => <button key={medium} type="button" className={only === medium ? 'on' : ''} aria-pressed={only === medium} onClick={() => setOnly(medium)}>{t(`contacts.medium.${medium}`)}</button>)}
        </div>
      </div>
      {line.length === 0 && <p className="i3 mt-pad">{t('contacts.nothingPassed')}</p>}
      <div className="contacts-line">
        {line.map((one) => {
          const here = dayOf(one.at, i18n.language)
          const fresh = here !== day
          day = here
          return (
            <div key={one.key}>
              {fresh && <div className="contacts-day">{here}</div>}
              <One passed={one} flow={one.flow ? (named?.[one.flow] ?? null) : null} />
            </div>
          )
        })}
      </div>
    </section>
  )
}

function One({ passed, flow }: { passed: Passed; flow: string | null }) {
  const { t } = useTranslation()
  const [icon, tint] = tiles[passed.medium]
  const what = passed.direction ? t(`contacts.what.${passed.medium}_${passed.direction}`) : flow ?? t('contacts.what.flow')
  const tone = good.has(passed.fate) ? 'chip' : bad.has(passed.fate) ? 'chip er' : passed.fate === 'busy' || passed.fate === 'no_answer' ? 'chip wa' : 'chip'
  return (
    <div className="contacts-passed" data-medium={passed.medium}>
      <time dateTime={passed.at}>{passed.at ? clock(new Date(passed.at)) : ''}</time>
      <span className={`tile ${tint}`}><Icon name={icon} /></span>
      <div className="grow">
        <div className="row"><span className="b">{what}</span><span className="i3 t12 el">{passed.address}</span>{passed.direction && flow && <span className="i3 t12 el">{flow}</span>}</div>
        {passed.subject && <div className="b t12">{passed.subject}</div>}
        {passed.text && <div className="contacts-said">{passed.text}</div>}
        {passed.reason && bad.has(passed.fate) && <div className="mt-err t12">{passed.reason}</div>}
      </div>
      <div className="row">
        {passed.seconds !== null && <span className="i3 t12">{span(passed.seconds)}</span>}
        <span className={tone}>{t(`contacts.fate.${passed.fate}`, { defaultValue: passed.fate })}</span>
        {passed.session && passed.flow && passed.medium === 'flow' && <Link to={`/flows/${passed.flow}/follow?session=${passed.session}`} className="btn g sm ic" aria-label={t('contacts.replay')} title={t('contacts.replay')}><Icon name="rt" size={14} /></Link>}
      </div>
    </div>
  )
}
