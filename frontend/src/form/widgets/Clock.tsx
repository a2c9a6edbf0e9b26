/** A time of day: typed as one likes, kept as 09:30. */
import { Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { emptied, placeholderOf } from '../plain'
import type { WidgetProps } from '../scope'
import { tidyClock } from '../times'

export function Clock({ id, schema, value, onChange, required, invalid, describedBy, label }: WidgetProps) {
  const { t } = useTranslation()
  return (
    <ClockInput
      id={id}
      className="nf-clock"
      value={typeof value === 'string' ? value : ''}
      placeholder={placeholderOf(schema, value, t) ?? t('form.example.time_of_day')}
      onChange={(text) => onChange(text || emptied(schema, required))}
      invalid={invalid}
      describedBy={describedBy}
      label={label}
    />
  )
}

interface ClockInputProps {
  id?: string
  className?: string
  value: string
  placeholder?: string | undefined
  onChange: (text: string) => void
  invalid?: boolean
  describedBy?: string | undefined
  label?: string | undefined
}

export function ClockInput({ id, className, value, placeholder, onChange, invalid = false, describedBy, label }: ClockInputProps) {
  const tidied = () => {
    const tidy = tidyClock(value)
    if (tidy !== value) onChange(tidy)
  }
  return (
    <Input
      {...(id ? { id } : {})}
      className={className ?? ''}
      value={value}
      placeholder={placeholder}
      inputMode="numeric"
      autoComplete="off"
      spellCheck={false}
      maxLength={8}
      onFocus={(event) => event.target.select()}
      onChange={(event) => onChange(event.target.value)}
      onBlur={tidied}
      onPressEnter={tidied}
      status={invalid ? 'error' : ''}
      aria-invalid={invalid}
      aria-describedby={describedBy}
      aria-label={label}
    />
  )
}
