/** Where one is signed in, each ended by itself or all others at once. */
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { account, type SignedInAt } from '../../api/door'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { Wrong } from '../signin/Fields'
import { useTrying } from '../signin/trying'
import { browserName } from './browser'

export function Sessions({ rows, onChanged }: { rows: SignedInAt[]; onChanged: () => Promise<void> }) {
  const { t, i18n } = useTranslation()
  const trying = useTrying()
  const end = (what: () => Promise<unknown>) => void trying.run(async () => {
    await what()
    await onChanged()
  })
  return (
    <section className="card account-card" aria-label={t('account.sessions')}>
      <div className="row">
        <h2 className="t14 b">{t('account.sessions')}</h2>
        <span className="sp" />
        {rows.length > 1 && <Button disabled={trying.busy} onClick={() => end(account.endOthers)}>{t('account.endOthers')}</Button>}
      </div>
      <ul className="account-sessions">
        {rows.map((row) => (
          <li key={row.id} data-testid="session">
            <Icon name="screen" />
            <div className="grow">
              <div><span className="b">{browserName(row.software) || t('account.unknownBrowser')}</span> {row.current && <span className="chip br">{t('account.thisOne')}</span>}</div>
              <div className="i3 t12">{row.address} · {t('account.seen', { time: dayAndClock(new Date(row.seen_at), i18n.language) })} · {t('account.ends', { time: dayAndClock(new Date(row.ends_at), i18n.language) })}</div>
            </div>
            {!row.current && <Button size="small" disabled={trying.busy} onClick={() => end(() => account.endSession(row.id))}>{t('account.end')}</Button>}
          </li>
        ))}
      </ul>
      <Wrong fault={trying.fault} />
    </section>
  )
}
