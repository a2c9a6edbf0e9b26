/** A title that is a field: looks like a heading until it is pointed at. Empty words are not taken. */
import { useState } from 'react'

export function TitleField({ value, label, onChange }: { value: string; label: string; onChange: (text: string) => void }) {
  const [text, setText] = useState<string | null>(null)
  return (
    <input
      className="titlefield t14 b grow" aria-label={label} value={text ?? value} maxLength={200}
      onChange={(event) => { setText(event.target.value); if (event.target.value.trim()) onChange(event.target.value) }}
      onBlur={() => { if (text !== null && text.trim() && text.trim() !== value) onChange(text.trim()); setText(null) }}
      onKeyDown={(event) => { if (!event.nativeEvent.isComposing && (event.key === 'Enter' || event.key === 'Escape')) event.currentTarget.blur() }}
    />
  )
}
