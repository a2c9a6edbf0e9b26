/** Receipts of people who were erased: by a person key, for who asks about himself, and the latest. */
import { Button, Drawer, Input } from 'antd'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { contacts, type Erasure } from '../../api/contacts'
import { usePages } from '../../api/usePages'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { Failed, More, Skeleton } from '../material/Frame'
import { useLater } from '../material/useLater'
import './contacts.css'

export function Erasures({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const [key, setKey] = useState('')
  const late = useLater(key.trim())
  const ask = useCallback((cursor: string | null) => contacts.erasures(late, cursor), [late])
  const { items, failed, next, busy, more, load } = usePages(ask)
  return (
    <Drawer open size={520} title={t('contacts.erasures')} onClose={onClose}>
      <div className="mt">
        <p className="i2 t12">{t('contacts.erasuresWhat')}</p>
        <Input value={key} allowClear placeholder={t('contacts.byKey')} aria-label={t('contacts.byKey')} onChange={(event) => setKey(event.target.value)} />
        {failed !== null && <Failed title={t('contacts.erasuresNotLoaded')} detail={failed} onRetry={() => void load()} />}
        {items === null && failed === null && <Skeleton rows={3} />}
        {items?.length === 0 && <p className="i3">{late ? t('contacts.noErasureOf') : t('contacts.noErasures')}</p>}
        {items?.map((one) => <Receipt key={one.id} receipt={one} />)}
        <More next={next} busy={busy} onMore={() => void more()} />
      </div>
    </Drawer>
  )
}

/** What was erased, and not who it was. */
export function Receipt({ receipt }: { receipt: Erasure }) {
  const { t, i18n } = useTranslation()
  const href = `data:application/json;charset=utf-8,${encodeURIComponent(JSON.stringify(receipt, null, 2))}`
  return (
    <article className="card contacts-receipt" data-testid="receipt">
      <div className="row"><Icon name="shield" /><span className="b">{dayAndClock(new Date(receipt.at), i18n.language)}</span><span className="i3 el">{t('contacts.erasedBy', { who: receipt.by })}</span><span className="sp" /><a href={href} download={`erasure-${receipt.id}.json`}><Button size="small" icon={<Icon name="dl" size={14} />}>{t('material.download')}</Button></a></div>
      {receipt.reason && <div className="i2">{receipt.reason}</div>}
      <dl className="mt-dl">
        {Object.entries(receipt.counts).map(([table, count]) => (
          <div key={table} style={{ display: 'contents' }}><dt className="mono">{table}</dt><dd>{count.toLocaleString(i18n.language)}</dd></div>
        ))}
        <dt>{t('contacts.mark')}</dt><dd className="mono el" title={receipt.person}>{receipt.person}</dd>
      </dl>
    </article>
  )
}
