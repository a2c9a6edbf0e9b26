/** What became of rows that were put in, in figures, and why it ended early if it did. */
import { Alert } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Sent } from './sending'

export function Outcome({ sent, stopped }: { sent: Sent; stopped: boolean }) {
  const { t, i18n } = useTranslation()
  const figures: [string, number][] = [
    [t('records.accepted'), sent.accepted], [t('records.changed'), sent.updated], [t('records.unchanged'), sent.unchanged],
    [t('records.late'), sent.late], [t('records.rejected'), sent.rejected.length], [t('records.sessions'), sent.sessions],
  ]
  return (
    <>
      {sent.ended && <Alert type="error" showIcon title={t('records.endedEarly', { done: sent.done, total: sent.total })} description={sent.ended} />}
      {stopped && <Alert type="info" showIcon title={t('records.stopped', { done: sent.done, total: sent.total })} />}
      <div className="records-counts" data-testid="upload-outcome">
        {figures.map(([label, value]) => (
          <div key={label}><div className={`t16 b${label === t('records.rejected') && value > 0 ? ' erc' : ''}`}>{value.toLocaleString(i18n.language)}</div><div className="i3 t12">{label}</div></div>
        ))}
      </div>
    </>
  )
}
