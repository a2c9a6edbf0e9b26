/** One line of plain text, or a pattern. */
import { Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { emptied, placeholderOf } from '../plain'
import type { WidgetProps } from '../scope'

export function TextField({ id, schema, value, onChange, required, invalid, describedBy, label }: WidgetProps) {
  const { t } = useTranslation()
  return (
    <Input
      id={id}
      className={schema.widget === 'pattern' ? 'nf-code' : ''}
      value={typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value)}
      placeholder={placeholderOf(schema, value, t) ?? (schema.widget === 'asset' ? t('form.audioPlaceholder') : undefined)}
      onChange={(event) => onChange(event.target.value || emptied(schema, required))}
      status={invalid ? 'error' : ''}
      aria-invalid={invalid}
      aria-required={required}
      aria-describedby={describedBy}
      aria-label={label}
    />
  )
}
