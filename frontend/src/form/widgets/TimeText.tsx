/**
 * Times that are typed: a length of time, a moment, or either. Below stands what was understood, so that `1m` for a
 * month is seen before it is waited for. A template says its meaning only when it is filled in.
 */
import { useTranslation } from 'react-i18next'
import { TemplateText } from '../TemplateText'
import { emptied, placeholderOf } from '../plain'
import type { JsonSchema } from '../schema'
import type { WidgetProps } from '../scope'
import { meaningOf } from '../times'

export function TimeText({ id, schema, value, onChange, required, invalid, describedBy, label }: WidgetProps) {
  const { t, i18n } = useTranslation()
  const text = typeof value === 'number' ? `${value}s` : typeof value === 'string' ? value : ''
  const meaning = meaningOf(schema, text || defaultText(schema), i18n.language, t)
  const example = t(`form.example.${schema.widget ?? 'moment'}`)
  const own = { 'aria-describedby': [describedBy, meaning && `${id}-meaning`].filter(Boolean).join(' ') || undefined }
  return (
    <>
      <TemplateText
        id={id}
        value={text}
        placeholder={placeholderOf(schema, value, t) ?? example}
        onChange={(next) => onChange(next || emptied(schema, required))}
        invalid={invalid}
        required={required}
        describedBy={own['aria-describedby']}
        label={label}
      />
      {meaning && (
        <div id={`${id}-meaning`} className="nf-meaning" data-set={text !== ''}>
          {meaning}
        </div>
      )}
    </>
  )
}

const defaultText = (schema: JsonSchema): string => (typeof schema.default === 'string' ? schema.default : '')
