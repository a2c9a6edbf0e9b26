/** Call the draft for real: a number to ring, and what becomes of that call. */
import { Modal } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ApiError } from '../api/client'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import { nodeName, type NodeOf } from '../sessions/nodes'
import { useRealCall } from './realCall'

const KEPT = 'callweave.try.phone'
const NUMBER = /^\+?[0-9*#-]{1,32}$/

export function CallMe({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const field = useId()
  const id = useFlow((state) => state.id)
  const start = useRealCall((state) => state.start)
  const [phone, setPhone] = useState(() => localStorage.getItem(KEPT) ?? '')
  const [failed, setFailed] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const number = phone.replace(/[\s()]/g, '')
  const call = async () => {
    if (!id || !NUMBER.test(number) || busy) return
    setBusy(true)
    try {
      localStorage.setItem(KEPT, phone)
      await start(id, number)
      onClose()
    } catch (error) {
      setFailed(error instanceof ApiError ? [error.message, ...error.errors.map((one) => one.message)] : [String(error)])
      setBusy(false)
    }
  }
  return (
    <Modal
      open title={t('try.callTitle')} width={420} onCancel={onClose} okText={t('try.callNow')} cancelText={t('shell.cancel')} destroyOnHidden
      onOk={() => void call()} okButtonProps={{ disabled: !NUMBER.test(number), loading: busy }}
    >
      <label className="lab" htmlFor={field}>{t('try.myNumber')}</label>
      <span className="fld"><input id={field} type="tel" autoFocus value={phone} maxLength={40} onChange={(event) => setPhone(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter') void call() }} /></span>
      <p className="t12 i3" style={{ marginTop: 10 }}>{t('try.callWhat')}</p>
      {failed.length > 0 && <ul className="t12 erc" role="alert">{failed.slice(0, 5).map((one) => <li key={one}>{one}</li>)}</ul>}
    </Modal>
  )
}

/** Floats over the drawing while a real call of the draft goes on, and after it. */
export function CallFloat({ nodeOf }: { nodeOf: NodeOf }) {
  const { t } = useTranslation()
  const { phone, session, detail, failed, stop, forget } = useRealCall()
  if (!session) return null
  const over = Boolean(detail?.ended_at)
  const words = failed ?? (!detail
    ? t('try.callBegins', { phone })
    : over
      ? t('try.callOver', { phone, outcome: detail.outcome ?? t(`sessions.status.${detail.status}`) })
      : t('try.callStands', { phone, node: detail.node ? nodeName(nodeOf, detail.node) : '' }))
  return (
    <div className="float try-float call" role="status" data-testid="try-real-call" data-status={detail?.status ?? 'starting'}>
      <span className={over ? 'i3' : 'okc'}><Icon name="phone" size={14} /></span><span className="t12">{words}</span>
      {!over && <button type="button" className="btn sm d" onClick={() => void stop()}>{t('try.stopCall')}</button>}
      {over && detail && <Link className="btn g sm" to={`/flows/${detail.flow}/follow`}>{t('try.seeCall')}</Link>}
      {over && <button type="button" className="btn g sm ic" aria-label={t('sessions.close')} onClick={forget}><Icon name="x" size={12} /></button>}
    </div>
  )
}
