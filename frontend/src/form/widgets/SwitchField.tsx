/** Yes or no. Unset shows its default, and says so by nothing: it is what holds. */
import { Switch } from 'antd'
import type { WidgetProps } from '../scope'

export function SwitchField({ id, schema, value, onChange, describedBy, label }: WidgetProps) {
  return (
    <Switch
      id={id}
      checked={typeof value === 'boolean' ? value : schema.default === true}
      onChange={(checked) => onChange(checked)}
      aria-label={label}
      aria-describedby={describedBy}
    />
  )
}
