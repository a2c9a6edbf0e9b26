/** Which column of a file goes to which field of the type, with the first row for a sample. */
import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Data, RecordType } from '../../api/records'
import { readValue } from './fields'
import type { Sheet } from './table'

export interface Chosen { file: File; sheet: Sheet; map: Record<string, string> }

/** The rows as the type has them. */
export function rowsOf({ sheet, map }: Chosen, type: RecordType): Data[] {
  if (!sheet.written) return sheet.rows
  const listed = type.schema.properties ?? {}
  return sheet.rows.map((row) => Object.fromEntries(Object.entries(map).flatMap(([field, column]) => {
    const cell = row[column]
    return typeof cell === 'string' ? [[field, readValue(cell, listed[field] ?? {})]] : []
  })))
}

interface Props { chosen: Chosen; fields: { name: string; title: string }[]; keyName: string; onChange: (map: Record<string, string>) => void }

export function Mapping({ chosen, fields, keyName, onChange }: Props) {
  const { t } = useTranslation()
  const { sheet, map } = chosen
  const put = (field: string, column: string | undefined) => {
    const rest = Object.fromEntries(Object.entries(map).filter(([name]) => name !== field))
    onChange(column === undefined ? rest : { ...rest, [field]: column })
  }
  const unused = sheet.columns.filter((column) => !Object.values(map).includes(column))
  return (
    <>
      <table className="records-map">
        <thead><tr><th>{t('records.field')}</th><th>{t('records.column')}</th><th>{t('records.sample')}</th></tr></thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.name}>
              <td className={field.name === keyName ? 'b el' : 'el'} title={field.name}>{field.title}</td>
              <td><Select<string> size="small" allowClear value={map[field.name] ?? null} placeholder={t('records.noColumn')} aria-label={t('records.columnOf', { field: field.title })} options={sheet.columns.map((column) => ({ value: column, label: column }))} onChange={(column?: string) => put(field.name, column)} /></td>
              <td className="i2 el">{map[field.name] === undefined ? '' : String(sheet.rows[0]?.[map[field.name] ?? ''] ?? '')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {unused.length > 0 && <p className="i3 t12">{t('records.unused', { columns: unused.join(t('material.between')) })}</p>}
    </>
  )
}
