/** One of what exists outside of the flow, such as another flow by its name; any other text stands as well. */
import { AutoComplete } from 'antd'
import { useTranslation } from 'react-i18next'
import { emptied, placeholderOf } from '../plain'
import { type WidgetProps, useForm } from '../scope'

export function Offered({ id, schema, value, onChange, required, invalid, describedBy, label }: WidgetProps) {
  const { offers } = useForm()
  const { t } = useTranslation()
  const known = offers[schema.widget ?? ''] ?? []
  const text = typeof value === 'string' ? value : ''
  const named = known.find((one) => one.value === text && one.label !== text)
  const options = known.map((one) => ({ value: one.value, label: one.label }))
  // Opened, all of them are offered; what is typed narrows them down.
  const exact = known.some((one) => one.value === text)
  return (
    <>
      <AutoComplete
        id={id}
        className="nf-select"
        options={options}
        value={text}
        placeholder={placeholderOf(schema, value, t) ?? t('form.chooseOrType')}
        showSearch={{ filterOption: (typed, option) => exact || String(option?.label ?? '').toLowerCase().includes(typed.trim().toLowerCase()) }}
        allowClear={!required}
        onChange={(next: string | undefined) => onChange(next || emptied(schema, required))}
        status={invalid ? 'error' : ''}
        aria-invalid={invalid}
        aria-required={required}
        aria-describedby={describedBy}
        aria-label={label}
      />
      {named && <div className="nf-meaning">{named.label}</div>}
    </>
  )
}
