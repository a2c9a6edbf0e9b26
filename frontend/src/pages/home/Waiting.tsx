/** What needs a person now: the newest few, and how many there are in all. */
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Now } from '../../api/figures'
import { messages } from '../../api/messages'
import { letters, tasks } from '../../api/tasks'
import { useRefreshed } from '../../api/useRefreshed'
import { Tile } from '../../icons/Icon'
import { type Item, itemsOf } from './waiting'

const shown = 6

async function look(): Promise<Item[]> {
  const [open, inbox, failed] = await Promise.allSettled([tasks.counted(shown), messages.list({ became: 'inbox', handled: false, trials: false, limit: shown }), letters.counted(shown)])
  return itemsOf(open.status === 'fulfilled' ? open.value.items : [], inbox.status === 'fulfilled' ? inbox.value.items : [], failed.status === 'fulfilled' ? failed.value.items : []).slice(0, shown)
}

export function Waiting({ now }: { now: Now }) {
  const { t } = useTranslation()
  const { data } = useRefreshed(look, 15_000)
  const count = now.tasks + now.inbox + now.failed
  const words = { task: t('home.decide'), message: t('home.answer'), letter: t('home.look') }
  return (
    <section className="card" aria-label={t('home.needs')} data-testid="needs-a-person">
      <div className="hm-head"><h2 className="t14 b">{t('home.needs')}</h2>{count > 0 && <span className="chip er">{count >= now.most ? `${now.most}+` : count}</span>}<span className="sp" /><Link className="t12" to="/tasks">{t('home.all')}</Link></div>
      {data?.length === 0 && <p className="hm-none i3">{t('home.nothingWaits')}</p>}
      <ul className="hm-list">
        {data?.map((one) => (
          <li key={one.key} className="hm-item">
            <Tile icon={one.icon} medium={one.medium} small />
            <span className="grow"><span className="el hm-title" title={one.title}>{one.title}</span><span className="t12 i2 el hm-title" title={one.about}>{one.about}</span></span>
            <Link className="btn sm" to={one.to} aria-label={`${words[one.kind]}: ${one.title}`}>{words[one.kind]}</Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
