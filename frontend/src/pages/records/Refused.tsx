/** Rows that do not fit: where each stands in its file, which field, what it says there and why not; also as a file to be mended. */
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Data } from '../../api/records'
import { Icon } from '../../icons/Icon'
import { writeCsv } from './table'

/** `line` is where it stands in the file, from 1. */
export interface Bad { line: number; data: Data; faults: readonly { path: string; message: string }[] }
const shown = 100

export function Refused({ bad, titles, name }: { bad: readonly Bad[]; titles: Record<string, string>; name: string }) {
  const { t, i18n } = useTranslation()
  if (bad.length === 0) return null
  return (
    <section data-testid="refused">
      <div className="row"><h3 className="b">{t('records.refusedRows')}</h3><span className="sp" /><Button size="small" icon={<Icon name="dl" size={14} />} onClick={() => keep(bad, name)}>{t('records.keepRefused')}</Button></div>
      <table className="tb records-bad">
        <thead><tr><th>{t('records.line')}</th><th>{t('records.field')}</th><th>{t('records.value')}</th><th>{t('records.why')}</th></tr></thead>
        <tbody>
          {bad.slice(0, shown).flatMap((one) => one.faults.map((fault, place) => (
            <tr key={`${one.line} ${fault.path} ${fault.message}`} data-line={one.line}>
              <td className="i2 nw">{place === 0 ? one.line.toLocaleString(i18n.language) : ''}</td>
              <td title={fault.path}>{titles[fault.path] ?? fault.path}</td>
              <td className="mono i2">{valueAt(one.data, fault.path)}</td>
              <td>{fault.message}</td>
            </tr>
          )))}
        </tbody>
      </table>
      {bad.length > shown && <p className="i3 t12">{t('records.moreRefused', { count: bad.length - shown })}</p>}
    </section>
  )
}

/** What a row says at the place of a fault. */
export function valueAt(data: Data, path: string): string {
  const value = path.split('.').reduce<unknown>((one, step) => (typeof one === 'object' && one !== null ? (one as Data)[step] : undefined), data)
  return value === undefined || value === null || path === '' ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The refused rows as a file that can be mended and put in again. */
function keep(bad: readonly Bad[], name: string) {
  const columns = [...new Set(bad.flatMap((one) => Object.keys(one.data)))]
  const why = (one: Bad) => one.faults.map((fault) => `${fault.path}: ${fault.message}`).join(' | ')
  const text = writeCsv([[...columns, 'errors'], ...bad.map((one) => [...columns.map((column) => one.data[column]), why(one)])])
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }))
  link.download = `${name}-refused.csv`
  link.click()
  URL.revokeObjectURL(link.href)
}
