/** Text with `{{ … }}`, of one line or of several. */
import { useTranslation } from 'react-i18next'
import { TemplateText } from '../TemplateText'
import { emptied, placeholderOf } from '../plain'
import type { WidgetProps } from '../scope'

export function Template({ id, schema, value, onChange, required, invalid, describedBy, label }: WidgetProps) {
  const { t } = useTranslation()
  return (
    <TemplateText
      id={id}
      value={typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value)}
      placeholder={placeholderOf(schema, value, t)}
      multiline={schema.multiline === true}
      onChange={(text) => onChange(text || emptied(schema, required))}
      invalid={invalid}
      required={required}
      describedBy={describedBy}
      label={label}
    />
  )
}
