/** One of a few values. */
import { Select as Choice } from 'antd'
import { placeholderOf } from '../plain'
import { labelOf } from '../schema'
import type { WidgetProps } from '../scope'

export function Select({ id, schema, value, onChange, required, invalid, describedBy, label }: WidgetProps) {
  const options = (schema.enum ?? []).map((one, place) => ({ value: place, label: labelOf(schema, one) }))
  const chosen = schema.enum?.indexOf(value) ?? -1
  const foreign = value !== undefined && value !== null && chosen < 0
  return (
    <Choice<number | string>
      id={id}
      className="nf-select"
      options={options}
      value={foreign ? String(value) : chosen < 0 ? undefined : chosen}
      placeholder={placeholderOf(schema)}
      allowClear={!required}
      showSearch={options.length > 8 ? { optionFilterProp: 'label' } : false}
      onChange={(place) => onChange(typeof place === 'number' ? schema.enum?.[place] : undefined)}
      status={invalid ? 'error' : ''}
      aria-invalid={invalid}
      aria-describedby={describedBy}
      aria-label={label}
    />
  )
}
