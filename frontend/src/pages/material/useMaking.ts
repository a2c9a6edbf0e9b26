/** Whether a page's dialog for something new is open: by its button, or because the address says `?new` (a link from elsewhere). */
import { useState } from 'react'
import { useSearchParams } from 'react-router'

/** What is being made, null for nothing; `first` is what `?new` means. */
export function useMaking<T>(first: T): [T | null, (making: T | null) => void] {
  const [query, setQuery] = useSearchParams()
  const [making, setMaking] = useState<T | null>(null)
  const asked = query.has('new')
  const change = (wanted: T | null) => {
    setMaking(wanted)
    if (asked) setQuery((before) => { before.delete('new'); return before }, { replace: true })
  }
  return [making ?? (asked ? first : null), change]
}
