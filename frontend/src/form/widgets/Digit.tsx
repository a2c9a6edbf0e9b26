/** One key of a telephone. Typing replaces what stood there. */
import { Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { emptied, placeholderOf } from '../plain'
import type { WidgetProps } from '../scope'

const keys = /[0-9*#]/

export function Digit({ id, schema, value, onChange, required, invalid, describedBy, label }: WidgetProps) {
  const { t } = useTranslation()
  const key = typeof value === 'string' ? value : ''
  const take = (typed: string) => {
    const signs = [...narrow(typed)].filter((sign) => keys.test(sign))
    const fresh = signs.find((sign) => sign !== key) ?? signs.at(-1)
    if (fresh !== undefined) onChange(fresh)
    else if (typed === '') onChange(emptied(schema, required))
  }
  return (
    <Input
      id={id}
      className="nf-digit"
      value={key}
      placeholder={placeholderOf(schema, value, t)}
      inputMode="tel"
      autoComplete="off"
      onFocus={(event) => event.target.select()}
      onChange={(event) => take(event.target.value)}
      status={invalid ? 'error' : ''}
      aria-invalid={invalid}
      aria-required={required}
      aria-describedby={describedBy}
      aria-label={label}
    />
  )
}

/** Full-width digits, as a Chinese input method gives them, mean the same keys. */
function narrow(text: string): string {
  return text.replace(/[０-９＊＃]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
}
