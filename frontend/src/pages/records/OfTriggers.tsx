/** Why was nobody called? What each trigger will do for a record, has done, or has not, and why. */
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { flows } from '../../api/flows'
import { records, type TriggerOfRecord } from '../../api/records'
import { useRefreshed } from '../../api/useRefreshed'
import { dayAndClock } from '../../i18n/time'
import { Failed, Skeleton } from '../material/Frame'
import { Said } from '../triggers/Said'

const every = 15_000
const looks: Record<string, string> = { planned: 'chip br', started: 'chip ok', not_started: 'chip er', past: 'chip wa', over: 'chip wa', cancelled: 'chip wa', none: 'chip' }
interface Seen { items: TriggerOfRecord[]; names: Map<string, string> }

export function OfTriggers({ type, recordKey }: { type: string; recordKey: string }) {
  const { t } = useTranslation()
  const ask = useCallback(async (): Promise<Seen> => {
    const [found, known] = await Promise.all([records.triggers(type, recordKey), flows.list()])
    return { items: found.items, names: new Map(known.items.map((flow) => [flow.id, flow.name])) }
  }, [type, recordKey])
  const { data, failed, load } = useRefreshed(ask, every)
  if (failed !== null && data === null) return <Failed title={t('records.triggersNotLoaded')} detail={failed} onRetry={() => void load()} />
  if (data === null) return <Skeleton rows={2} />
  if (data.items.length === 0) return <p className="i3 t12">{t('records.noTriggers')} <Link to="/triggers">{t('records.toTriggers')}</Link></p>
  return <ul className="records-triggers" data-testid="record-triggers">{data.items.map((one) => <li key={one.trigger.id} data-state={one.state}><One one={one} flow={data.names.get(one.trigger.flow) ?? ''} /></li>)}</ul>
}

function One({ one, flow }: { one: TriggerOfRecord; flow: string }) {
  const { t, i18n } = useTranslation()
  const at = one.moment ? dayAndClock(new Date(one.moment), i18n.language) : null
  return (
    <>
      <div className="row"><Link className="b el" to={`/flows/${one.trigger.flow}`}>{flow}</Link><span className="sp" /><span className={`${looks[one.state] ?? 'chip'} nw`}>{t(`records.stands.${one.state}`, { defaultValue: one.state })}</span></div>
      <div className="i2 t12"><Said trigger={one.trigger} /></div>
      <div className="row t12">
        {at && <span className="i3 nw">{at}</span>}
        {one.why && <span className="records-why">{one.why}</span>}
        {one.session && <Link to={`/flows/${one.trigger.flow}/follow?session=${one.session}`}>{t('records.toSession')}</Link>}
      </div>
    </>
  )
}
