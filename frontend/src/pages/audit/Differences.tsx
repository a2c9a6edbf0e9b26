/** One change: each field before and after, and where the entry stands in its chain. */
import { useTranslation } from 'react-i18next'
import type { AuditEntry } from '../../api/rights'

type Values = Record<string, unknown>

export function Differences({ row }: { row: AuditEntry }) {
  const { t } = useTranslation()
  const before = (row.detail['before'] ?? {}) as Values
  const after = (row.detail['after'] ?? {}) as Values
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return (
    <div className="audit-open">
      {names.length === 0
        ? <p className="i3 t12">{t('rights.noDetail')}</p>
        : (
          <table className="tb">
            <thead><tr><th>{t('rights.field')}</th><th>{t('rights.before')}</th><th>{t('rights.after')}</th></tr></thead>
            <tbody>
              {names.map((name) => (
                <tr key={name}><td className="mono">{name}</td><td className="audit-value i2">{shown(before[name])}</td><td className="audit-value">{shown(after[name])}</td></tr>
              ))}
            </tbody>
          </table>
        )}
      <dl className="mt-dl t12">
        <dt>{t('rights.object')}</dt><dd className="mono">{row.kind}{row.object ? ` ${row.object}` : ''}</dd>
        <dt>{t('rights.action')}</dt><dd className="mono">{row.action}</dd>
        <dt>{t('rights.from')}</dt><dd className="mono">{row.address || '–'}</dd>
        <dt>{t('rights.chain')}</dt><dd className="mono">{t(`rights.log.${row.log}`)} · {row.seq} · {row.hash.slice(0, 16)}…</dd>
      </dl>
    </div>
  )
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
