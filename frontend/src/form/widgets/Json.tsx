/** A value of a shape that no other widget knows: its JSON. What does not parse waits in the field. */
import { Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { WidgetProps } from '../scope'

export function Json({ id, value, onChange, invalid, describedBy, label }: WidgetProps) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState<string>()
  const text = draft ?? (value === undefined ? '' : JSON.stringify(value, null, 2))
  const broken = draft !== undefined
  const take = (typed: string) => {
    const parsed = parse(typed)
    setDraft(parsed.ok ? undefined : typed)
    if (parsed.ok) onChange(parsed.value)
  }
  return (
    <>
      <Input.TextArea
        id={id}
        className="nf-json"
        rows={Math.min(12, Math.max(2, text.split('\n').length))}
        value={text}
        spellCheck={false}
        onChange={(event) => take(event.target.value)}
        status={invalid || broken ? 'error' : ''}
        aria-invalid={invalid || broken}
        aria-describedby={describedBy}
        aria-label={label}
      />
      {broken && <div className="nf-fault">{t('form.notJson')}</div>}
    </>
  )
}

function parse(text: string): { ok: true; value: unknown } | { ok: false } {
  if (text.trim() === '') return { ok: true, value: undefined }
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch {
    return { ok: false }
  }
}
