/** A Liquid expression, such as `results.ask.value == "1" and call.caller != blank`. */
import { useTranslation } from 'react-i18next'
import { TemplateText } from '../TemplateText'
import { emptied, placeholderOf } from '../plain'
import type { WidgetProps } from '../scope'

export function Condition({ id, schema, value, onChange, required, invalid, describedBy, label }: WidgetProps) {
  const { t } = useTranslation()
  return (
    <TemplateText
      id={id}
      value={typeof value === 'string' ? value : ''}
      placeholder={placeholderOf(schema, value, t)}
      expression
      onChange={(text) => onChange(text || emptied(schema, required))}
      invalid={invalid}
      required={required}
      describedBy={describedBy}
      label={label}
    />
  )
}
