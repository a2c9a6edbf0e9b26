/** The sessions of one flow: listed over HTTP, kept up by the live socket, asked for again when something may be missed. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { ApiError } from '../api/client'
import type { SessionNews } from '../api/types'
import { watchFlow } from '../live/socket'
import { sessions } from './calls'
import { type Rows, withNews, withRows, withoutGone } from './rows'

export interface Feed {
  rows: Rows
  state: 'loading' | 'ready' | 'failed'
  error: ApiError | null
  /** True when there are more live sessions than were listed. */
  tooMany: boolean
  connected: boolean
  more: boolean
  loadMore: () => void
  reload: () => void
  /** Counts up with each piece of news of a session, so that its steps are asked for again. */
  changes: ReadonlyMap<string, number>
}

const atMost = 1000
/** News is taken in handfuls: fifty calls a second must not draw the list fifty times. */
const gatherFor = 250
/** The live socket may drop what it cannot carry; this often the list is asked for anew. */
const refreshEvery = 20_000
/** An engine asks twice a second who looks on: what happened before it knew of us is listed, not told. */
const engineKnowsAfter = 1000

export function useFeed(flow: string): Feed {
  const [rows, setRows] = useState<Rows>(new Map())
  const [state, setState] = useState<Feed['state']>('loading')
  const [error, setError] = useState<ApiError | null>(null)
  const [connected, setConnected] = useState(true)
  const [tooMany, setTooMany] = useState(false)
  const [next, setNext] = useState<string | null>(null)
  const [changes, setChanges] = useState<ReadonlyMap<string, number>>(new Map())
  const paged = useRef(false)
  /** What was told while a list was on its way is newer than the list. */
  const told = useRef(new Set<string>())

  const load = useCallback(async (signal?: AbortSignal) => {
    told.current.clear()
    try {
      const [live, recent] = await Promise.all([
        sessions.list({ flow, statuses: ['running', 'waiting'], limit: atMost }, signal),
        sessions.list({ flow }, signal),
      ])
      const complete = live.next === null
      setRows((before) => {
        const kept = complete ? withoutGone(before, new Set([...live.items.map((row) => row.id), ...told.current])) : before
        return withRows(kept, [...live.items, ...recent.items].filter((row) => !told.current.has(row.id)))
      })
      setTooMany(!complete)
      if (!paged.current) setNext(recent.next)
      setState('ready')
      setError(null)
    } catch (problem) {
      if (signal?.aborted) return
      setError(problem instanceof ApiError ? problem : new ApiError(0, String(problem), ''))
      setState((before) => (before === 'ready' ? before : 'failed'))
    }
  }, [flow])

  useEffect(() => {
    const stop = new AbortController()
    paged.current = false
    setRows(new Map())
    setState('loading')
    void load(stop.signal)
    const again = setInterval(() => document.visibilityState === 'visible' && void load(stop.signal), refreshEvery)

    let held: SessionNews[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const take = () => {
      const news = held
      held = []
      timer = undefined
      setRows((before) => withNews(before, news))
      setChanges((before) => {
        const after = new Map(before)
        for (const { session } of news) after.set(session, (after.get(session) ?? 0) + 1)
        return after
      })
    }
    let seen = false
    let settled: ReturnType<typeof setTimeout> | undefined
    const leave = watchFlow(flow, {
      session: (news) => {
        held.push(news)
        told.current.add(news.session)
        timer ??= setTimeout(take, gatherFor)
      },
      connected: (up) => {
        setConnected(up)
        if (up && seen) void load(stop.signal)
        clearTimeout(settled)
        if (up) settled = setTimeout(() => void load(stop.signal), engineKnowsAfter)
        seen = true
      },
    })
    return () => {
      stop.abort()
      clearInterval(again)
      clearTimeout(timer)
      clearTimeout(settled)
      leave()
    }
  }, [flow, load])

  const loadMore = useCallback(async () => {
    if (!next) return
    try {
      const page = await sessions.list({ flow, cursor: next })
      paged.current = true
      setRows((before) => withRows(before, page.items))
      setNext(page.next)
    } catch (problem) {
      setError(problem instanceof ApiError ? problem : new ApiError(0, String(problem), ''))
    }
  }, [flow, next])

  return { rows, state, error, tooMany, connected, more: next !== null, loadMore: () => void loadMore(), reload: () => void load(), changes }
}
