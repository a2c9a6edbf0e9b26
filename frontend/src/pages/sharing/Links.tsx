/** Links by which somebody without an account looks at the drawing and the counts: made, shown once, ended. */
import { Button, Input, Popconfirm, Select } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sharing, type FlowLink } from '../../api/rights'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { Once } from '../keys/NewKeyShown'
import '../keys/keys.css'

const lasting = [1, 7, 30, 90, 365] as const
interface Props { flow: string; links: FlowLink[]; busy: boolean; onDo: (deed: () => Promise<unknown>) => Promise<void> }

export function Links({ flow, links, busy, onDo }: Props) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const [name, setName] = useState('')
  const [days, setDays] = useState<number>(30)
  const [made, setMade] = useState<string | null>(null)
  const time = (at: string) => dayAndClock(new Date(at), i18n.language)
  const make = () => onDo(async () => {
    const link = await sharing.makeLink(flow, name.trim(), days)
    setMade(new URL(link.path, location.origin).href)
    setName('')
  })
  return (
    <div className="sharing-links">
      <p className="i2 t12">{t('rights.linksWhat')}</p>
      <div className="sharing-new">
        <div className="grow"><label className="lab" htmlFor={`${id}-name`}>{t('rights.linkFor')}</label><Input id={`${id}-name`} value={name} maxLength={200} placeholder={t('rights.linkForSample')} onChange={(event) => setName(event.target.value)} onPressEnter={() => void make()} /></div>
        <div><label className="lab" htmlFor={`${id}-days`}>{t('rights.lasts')}</label><Select<number> id={`${id}-days`} aria-label={t('rights.lasts')} style={{ width: 120 }} value={days} options={lasting.map((one) => ({ value: one, label: t('rights.days', { count: one }) }))} onChange={setDays} /></div>
        <Button type="primary" loading={busy} onClick={() => void make()} data-testid="make-link">{t('rights.makeLink')}</Button>
      </div>
      {made && <div className="sharing-made"><Once label={t('rights.link')} text={made} testid="link-text" /><span className="i3 t12">{t('rights.linkOnce')}</span></div>}
      {links.length === 0 && !made && <p className="i3 sharing-none">{t('rights.noLinks')}</p>}
      {links.map((link) => (
        <div key={link.id} className="row sharing-link" data-link={link.id}>
          <Icon name="link" size={14} />
          <div className="grow">
            <div className="b el">{link.name || t('rights.unnamedLink')}</div>
            <div className="i3 t12 el">{t('rights.madeBy', { name: link.made_by })} · {link.used_at ? t('rights.usedAt', { time: time(link.used_at) }) : t('rights.neverUsed')}</div>
          </div>
          {link.state === 'valid' ? <span className="i2 t12 nw">{t('rights.linkUntil', { time: time(link.expires_at) })}</span> : <span className="chip wa">{t('rights.state.expired')}</span>}
          <Popconfirm title={t('rights.endLinkWhat')} okText={t('rights.endLink')} cancelText={t('shell.cancel')} okButtonProps={{ danger: true }} onConfirm={() => void onDo(() => sharing.endLink(flow, link.id))}>
            <Button size="small" type="text" danger>{t('rights.endLink')}</Button>
          </Popconfirm>
        </div>
      ))}
    </div>
  )
}
