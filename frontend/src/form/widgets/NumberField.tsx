/** A number with what it counts. Limits are told by its faults, and never change what was typed. */
import { InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import { placeholderOf, unitOf } from '../plain'
import type { WidgetProps } from '../scope'

export function NumberField({ id, schema, value, onChange, required, invalid, describedBy, label }: WidgetProps) {
  const { t } = useTranslation()
  const unit = unitOf(schema, t)
  return (
    <InputNumber<number>
      id={id}
      className="nf-number"
      value={typeof value === 'number' ? value : null}
      placeholder={placeholderOf(schema)}
      onChange={(amount) => onChange(amount ?? undefined)}
      controls={false}
      suffix={unit}
      status={invalid ? 'error' : ''}
      aria-invalid={invalid}
      aria-required={required}
      aria-describedby={describedBy}
      aria-label={unit && label ? t('form.labelWithUnit', { label, unit }) : label}
    />
  )
}
