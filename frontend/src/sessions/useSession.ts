/** One session with its journal, asked for again whenever it has moved. */
import { useCallback, useEffect, useState } from 'react'
import { ApiError } from '../api/client'
import type { SessionDetail } from '../api/types'
import { sessions } from './calls'
import type { JournalTurn } from './journal'

export interface OneSession {
  detail: SessionDetail | null
  journal: JournalTurn[]
  error: ApiError | null
  reload: () => void
}

const settle = 150
const unread: JournalTurn[] = []

export function useSession(id: string, change: number): OneSession {
  const [found, setFound] = useState<{ id: string; detail: SessionDetail; journal: JournalTurn[] }>()
  const [error, setError] = useState<ApiError | null>(null)
  const load = useCallback(
    async (signal?: AbortSignal) => {
      try {
        const [detail, journal] = await Promise.all([sessions.detail(id, signal), sessions.journal(id, signal)])
        setFound({ id, detail, journal })
        setError(null)
      } catch (problem) {
        if (!signal?.aborted) setError(problem instanceof ApiError ? problem : new ApiError(0, String(problem), ''))
      }
    },
    [id],
  )
  useEffect(() => {
    const stop = new AbortController()
    const timer = setTimeout(() => void load(stop.signal), change === 0 ? 0 : settle)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [load, change])
  const mine = found?.id === id ? found : undefined
  return { detail: mine?.detail ?? null, journal: mine?.journal ?? unread, error, reload: () => void load() }
}
