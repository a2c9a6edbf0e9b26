/** A value some time after it stopped changing: nobody searches at every key. */
import { useEffect, useState } from 'react'

export function useLater<T>(value: T, after = 300): T {
  const [late, setLate] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), after)
    return () => clearTimeout(timer)
  }, [value, after])
  return late
}
