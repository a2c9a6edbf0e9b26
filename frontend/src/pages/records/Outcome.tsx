/** What became of rows that were put in: figures, and each that was refused with its reasons. */
import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Data } from '../../api/records'
import { Icon } from '../../icons/Icon'
import type { Sent } from './sending'
import { writeCsv } from './table'

const shown = 100

export function Outcome({ sent, rows, stopped, name }: { sent: Sent; rows: readonly Data[]; stopped: boolean; name: string }) {
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
      {sent.rejected.length > 0 && (
        <section>
          <div className="row"><h3 className="b">{t('records.refusedRows')}</h3><span className="sp" /><Button size="small" icon={<Icon name="dl" size={14} />} onClick={() => keep(sent, rows, name)}>{t('records.keepRefused')}</Button></div>
          <table className="tb">
            <thead><tr><th>{t('records.row')}</th><th>{t('records.why')}</th></tr></thead>
            <tbody>
              {sent.rejected.slice(0, shown).map((one) => (
                <tr key={one.row}>
                  <td className="i2" style={{ verticalAlign: 'top' }}>{(one.row + 1).toLocaleString(i18n.language)}</td>
                  <td style={{ whiteSpace: 'normal' }}>{one.errors.map((fault) => <div key={fault.path + fault.message}>{fault.path && <span className="mono">{fault.path} </span>}{fault.message}</div>)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {sent.rejected.length > shown && <p className="i3 t12">{t('records.moreRefused', { count: sent.rejected.length - shown })}</p>}
        </section>
      )}
    </>
  )
}

/** The refused rows as a file that can be mended and put in again. */
function keep(sent: Sent, rows: readonly Data[], name: string) {
  const refused = sent.rejected.map((one) => ({ data: rows[one.row] ?? {}, why: one.errors.map((fault) => `${fault.path}: ${fault.message}`).join(' | ') }))
  const columns = [...new Set(refused.flatMap((one) => Object.keys(one.data)))]
  const text = writeCsv([[...columns, 'errors'], ...refused.map((one) => [...columns.map((column) => one.data[column]), one.why])])
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }))
  link.download = `${name}-refused.csv`
  link.click()
  URL.revokeObjectURL(link.href)
}
