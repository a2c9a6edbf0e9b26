/** A real call of the draft, followed step by step while it goes on. */
import { create } from 'zustand'
import { ApiError } from '../api/client'
import type { SessionDetail } from '../api/types'
import { useFlow } from '../flow/store'
import { sessions } from '../sessions/calls'
import { lines, walked, type Walked } from '../sessions/journal'
import { trying } from './calls'
import { useTry } from './store'

const EVERY = 1000

interface RealCall {
  phone: string
  session: string | null
  detail: SessionDetail | null
  way: Walked[]
  failed: string | null
  /** Throws what the designer refuses. `name` is what is shown in place of the number. */
  start: (flow: string, phone: string, name?: string) => Promise<void>
  stop: () => Promise<void>
  forget: () => void
}

const NOTHING = { session: null, detail: null, way: [], failed: null }
let timer: ReturnType<typeof setTimeout> | undefined

export const useRealCall = create<RealCall>((set, get) => {
  async function follow(session: string): Promise<void> {
    try {
      const [detail, journal] = await Promise.all([sessions.detail(session), sessions.journal(session)])
      if (get().session !== session) return
      set({ detail, way: walked(lines(journal)), failed: null })
      if (detail.ended_at) return
    } catch (error) {
      // Until an engine has taken the start up there is no such session yet.
      if (get().session !== session) return
      if (!(error instanceof ApiError && error.status === 404)) set({ failed: error instanceof Error ? error.message : String(error) })
    }
    timer = setTimeout(() => void follow(session), EVERY)
  }
  return {
    phone: '',
    ...NOTHING,
    start: async (flow, phone, name = phone) => {
      await useFlow.getState().flush()
      const { sample } = useTry.getState()
      const { session } = await trying.call(flow, { phone, contact: sample.contact, record: sample.record })
      clearTimeout(timer)
      set({ ...NOTHING, phone: name, session })
      void follow(session)
    },
    stop: async () => {
      const { session } = get()
      if (session) await sessions.cancel(session)
    },
    forget: () => {
      clearTimeout(timer)
      set(NOTHING)
    },
  }
})
