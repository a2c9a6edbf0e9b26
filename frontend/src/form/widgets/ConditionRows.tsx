/** A condition for those who do not write expressions: rows of name, relation and value, all or any of them. */
import { AutoComplete, Button, Input, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import { type Row, type Rows, conditionOf, hasValue, relations, rowsOf } from '../conditions'
import { useForm } from '../scope'
import { useKeys } from '../useKeys'
import { NameItem } from './Prompt'

const fresh: Row = { name: '', relation: 'is', value: '' }

export function ConditionRows({ value, onChange, label }: { value: string; onChange: (source: string) => void; label: string }) {
  const { t } = useTranslation()
  const { names } = useForm()
  const read = rowsOf(value)
  const [rows, setRows] = useState<Rows | null>(read && read.rows.length === 0 ? { ...read, rows: [fresh] } : read)
  const keys = useKeys(rows?.rows.length ?? 0)
  if (!rows) return <p className="nf-none nf-cond">{t('form.conditionOnlyText')}</p>
  const say = (next: Rows) => {
    setRows(next)
    onChange(conditionOf(next))
  }
  const put = (place: number, row: Row) => say({ ...rows, rows: rows.rows.map((one, at) => (at === place ? row : one)) })
  const options = names.map((one) => ({ value: one.name, label: <NameItem name={one.name} label={one.label} /> }))
  return (
    <div className="nf-cond" role="group" aria-label={label}>
      {rows.rows.length > 1 && (
        <Segmented<Rows['join']>
          size="small" value={rows.join} onChange={(join) => say({ ...rows, join })} aria-label={t('form.conditionJoin')}
          options={[{ value: 'and', label: t('form.conditionAll') }, { value: 'or', label: t('form.conditionAny') }]}
        />
      )}
      {rows.rows.map((row, place) => (
        <div className="nf-cond-row" key={keys.at(place)}>
          <AutoComplete
            size="small" value={row.name} options={options} popupMatchSelectWidth={300} placeholder={t('form.conditionName')}
            showSearch={{ filterOption: (typed, option) => option?.value.toLowerCase().includes(typed.toLowerCase()) ?? false }}
            onChange={(name: string) => put(place, { ...row, name: name.replace(/[^\w.-]/g, '') })}
            aria-label={t('form.conditionNameOf', { number: place + 1 })}
          />
          <Select
            size="small" value={row.relation} popupMatchSelectWidth={false}
            options={relations.map((one) => ({ value: one, label: t(`form.relation.${one}`) }))}
            onChange={(relation) => put(place, { ...row, relation })}
            aria-label={t('form.conditionRelationOf', { number: place + 1 })}
          />
          {hasValue(row.relation) ? (
            <Input
              size="small" value={row.value} placeholder={t('form.conditionValue')} onChange={(event) => put(place, { ...row, value: event.target.value })}
              aria-label={t('form.conditionValueOf', { number: place + 1 })}
            />
          ) : (
            <span />
          )}
          <button
            type="button" className="nf-remove" aria-label={t('form.removeItem', { name: row.name || place + 1 })}
            onClick={() => {
              keys.remove(place)
              say({ ...rows, rows: rows.rows.filter((_, at) => at !== place) })
            }}
          >
            <Icon name="x" size={14} />
          </button>
        </div>
      ))}
      <Button type="link" size="small" className="nf-add" icon={<Icon name="plus" size={12} />} onClick={() => setRows({ ...rows, rows: [...rows.rows, fresh] })}>
        {t('form.conditionAdd')}
      </Button>
    </div>
  )
}
