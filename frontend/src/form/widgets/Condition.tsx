/** A Liquid expression, such as `results.ask.value == "1" and call.caller != blank`, written or put together from rows. */
import { Popover } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import { TemplateText } from '../TemplateText'
import { emptied, placeholderOf } from '../plain'
import type { WidgetProps } from '../scope'
import { ConditionRows } from './ConditionRows'

export function Condition({ id, schema, value, onChange, required, invalid, describedBy, label }: WidgetProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const source = typeof value === 'string' ? value : ''
  const say = (text: string) => onChange(text || emptied(schema, required))
  const name = label ?? schema.title ?? ''
  return (
    <div className="nf-condition">
      <TemplateText
        id={id}
        value={source}
        placeholder={placeholderOf(schema, value, t)}
        expression
        onChange={say}
        invalid={invalid}
        required={required}
        describedBy={describedBy}
        label={label}
      />
      <Popover
        open={open} onOpenChange={setOpen} trigger="click" placement="bottomRight" destroyOnHidden
        content={<ConditionRows value={source} onChange={say} label={t('form.conditionOf', { label: name })} />}
      >
        <button type="button" className="nf-build" aria-label={t('form.conditionBuild', { label: name })} title={t('form.conditionBuildWhat')} aria-expanded={open}>
          <Icon name="filter" size={14} />
        </button>
      </Popover>
    </div>
  )
}
