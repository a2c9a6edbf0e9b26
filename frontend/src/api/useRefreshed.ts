/** What a page shows of the designer: asked for at once, and again every so often while somebody looks. */
import { useCallback, useEffect, useState } from 'react'

export interface Refreshed<T> {
  /** What came last, also after a failure; null before anything came. */
  data: T | null
  /** Why it could not be loaded the last time. */
  failed: string | null
  load: () => Promise<void>
}

/** `ask` has to be the same function at every drawing; `every` is in milliseconds. */
export function useRefreshed<T>(ask: () => Promise<T>, every: number): Refreshed<T> {
  const [data, setData] = useState<T | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const load = useCallback(async () => {
    try {
      setData(await ask())
      setFailed(null)
    } catch (problem) {
      setFailed(problem instanceof Error ? problem.message : String(problem))
    }
  }, [ask])
  useEffect(() => {
    void load()
    const again = setInterval(() => document.visibilityState === 'visible' && void load(), every)
    return () => clearInterval(again)
  }, [load, every])
  return { data, failed, load }
}
