/** A list that comes page by page: the first at once and again every so often, the others when they are asked for. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Page } from './types'

export interface Pages<T> {
  /** What came so far; null before anything came. */
  items: T[] | null
  failed: string | null
  /** Whether there are more, and the way to get them. */
  next: string | null
  more: () => Promise<void>
  load: () => Promise<void>
  busy: boolean
}

/** `ask` has to be the same function at every drawing; a new one begins a new list, and shows the old one until it comes. */
export function usePages<T>(ask: (cursor: string | null) => Promise<Page<T>>, every = 0): Pages<T> {
  const [items, setItems] = useState<T[] | null>(null)
  const [next, setNext] = useState<string | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const turned = useRef(false)
  const current = useRef(ask)

  const take = useCallback(async (cursor: string | null) => {
    setBusy(true)
    try {
      const page = await ask(cursor)
      if (current.current !== ask) return
      turned.current = cursor !== null
      setItems((before) => (cursor === null ? page.items : [...(before ?? []), ...page.items]))
      setNext(page.next)
      setFailed(null)
    } catch (problem) {
      if (current.current === ask) setFailed(problem instanceof Error ? problem.message : String(problem))
    } finally {
      if (current.current === ask) setBusy(false)
    }
  }, [ask])

  useEffect(() => {
    current.current = ask
    void take(null)
    if (every <= 0) return undefined
    // Who has read on is not thrown back to the first page.
    const again = setInterval(() => document.visibilityState === 'visible' && !turned.current && void take(null), every)
    return () => clearInterval(again)
  }, [ask, take, every])

  return { items, failed, next, busy, more: () => take(next), load: () => take(null) }
}
