/** The virtual clock: what it shows, winding it on, and where the try begins. */
import { Popover } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../icons/Icon'
import { dayOf, fieldValue, lengthWords, secondsTo, timeOfDay, written } from './clock'
import { useTry } from './store'
import { isOver } from './turns'

const MINUTE = 60
const DAY = 24 * 3600

export function ClockBar() {
  const { t, i18n } = useTranslation()
  const { turns, busy, wind, toNext } = useTry()
  const last = turns.at(-1)
  const still = busy || !last || isOver(last)
  const next = last?.coming ? lengthWords(secondsTo(last.at, last.coming.at), t) : null
  return (
    <div className="try-bar clock" role="group" aria-label={t('try.clock')}>
      <BeginsAt>
        <button type="button" className="row nw try-now" title={t('try.beginAtWhat')} data-testid="try-clock">
          <Icon name="clock" /><span className="b">{last ? `${dayOf(last.at, i18n.language)} ${timeOfDay(last.at)}` : '—'}</span><span className="t12 i3">{t('try.virtual')}</span>
        </button>
      </BeginsAt>
      <span className="sp" />
      <button type="button" className="btn sm" disabled={still} onClick={() => void wind(MINUTE)}>{t('try.plusMinute')}</button>
      <button type="button" className="btn sm" disabled={still} onClick={() => void wind(3600)}>{t('try.plusHour')}</button>
      <button type="button" className="btn sm" disabled={still} onClick={() => void wind(DAY)}>{t('try.plusDay')}</button>
      <button type="button" className={`btn sm${still || !next ? '' : ' on'}`} disabled={still || !next} onClick={() => void toNext()} data-testid="try-next">
        <Icon name="ff" size={12} />{next ? t('try.toNextIn', { length: next }) : t('try.toNext')}
      </button>
    </div>
  )
}

function BeginsAt({ children }: { children: React.ReactNode }) {
  const { t } = useTranslation()
  const field = useId()
  const [open, setOpen] = useState(false)
  const { begins, beginAt } = useTry()
  const [value, setValue] = useState('')
  const shown = value || fieldValue(begins ? new Date(begins) : new Date())
  const set = (at: string | null) => {
    setOpen(false)
    setValue('')
    void beginAt(at)
  }
  const content = (
    <form className="try-pop" onSubmit={(event) => { event.preventDefault(); set(written(new Date(shown))) }}>
      <label className="lab" htmlFor={field}>{t('try.beginAt')}</label>
      <span className="fld"><input id={field} type="datetime-local" value={shown} onChange={(event) => setValue(event.target.value)} required /></span>
      <div className="row"><button type="submit" className="btn p sm">{t('try.beginThen')}</button><button type="button" className="btn g sm" onClick={() => set(null)}>{t('try.beginNow')}</button></div>
    </form>
  )
  return <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomLeft" content={content} destroyOnHidden>{children}</Popover>
}
