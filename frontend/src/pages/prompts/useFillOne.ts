/** One missing sentence translated by a machine, from its own cell; there only where a translation service is set up. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { translations } from '../../api/translations'
import { troubleOf } from '../material/problem'
import { Crossed } from './load'
import type { FlowPrompts } from './sheet'
import { type Job, jobsOf, translate } from './translating'

export interface Filling {
  /** What can be translated, by the key of its cell. */
  jobs: ReadonlyMap<string, Job>
  /** The cell that is being translated; one at a time, as cells of one row are one prompt of the draft. */
  busy: string | null
  failed: { cell: string; words: string | null } | null
  fill: (cell: string) => void
}

export const cellKey = (row: string, language: string): string => `${row} ${language}`

/** `may` is whether somebody may change drafts; `onKept` reads the sheet again, and `onFilled` is told which cell is there now. */
export function useFillOne(flows: readonly FlowPrompts[], may: boolean, onKept: () => Promise<void>, onFilled: (job: Job) => void): Filling {
  const [there, setThere] = useState(false)
  const [busy, setBusy] = useState<string | null>(null)
  const [failed, setFailed] = useState<Filling['failed']>(null)
  const running = useRef<AbortController | null>(null)
  useEffect(() => {
    if (!may) return
    const asking = new AbortController()
    translations.service(asking.signal).then((found) => setThere(found.there)).catch(() => { if (!asking.signal.aborted) setThere(false) })
    return () => { asking.abort(); running.current?.abort() }
  }, [may])
  const jobs = useMemo(() => new Map(there && may ? jobsOf(flows).map((job) => [cellKey(job.row.key, job.language), job]) : []), [flows, there, may])
  const now = useRef({ jobs, onKept, onFilled })
  useEffect(() => { now.current = { jobs, onKept, onFilled } }, [jobs, onKept, onFilled])

  const fill = useCallback((cell: string) => {
    const job = now.current.jobs.get(cell)
    if (!job) return
    const mine = new AbortController()
    running.current = mine
    setBusy(cell)
    setFailed(null)
    const work = async () => {
      let done = false
      try {
        await translate(job, job.row.value, mine.signal)
        done = true
      } catch (problem) {
        if (mine.signal.aborted) return
        setFailed({ cell, words: problem instanceof Crossed ? null : troubleOf(problem).message })
      }
      await now.current.onKept()
      setBusy(null)
      if (done) now.current.onFilled(job)
    }
    void work()
  }, [])
  return { jobs, busy, failed, fill }
}
