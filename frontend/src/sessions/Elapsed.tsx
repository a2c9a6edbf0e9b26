/** How long something has gone on; one clock drives all of them. */
import { useSyncExternalStore } from 'react'
import { span } from '../i18n/time'

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    listeners.forEach((one) => one())
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

export function Elapsed({ since }: { since: string }) {
  const at = useSyncExternalStore(subscribe, () => now)
  return <>{span((Math.max(at, Date.now() - 1000) - Date.parse(since)) / 1000)}</>
}
