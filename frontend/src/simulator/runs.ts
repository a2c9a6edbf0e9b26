/** The draft's scenarios, played all at once, and which of it the drawing shows. */
import { create } from 'zustand'
import { ApiError } from '../api/client'
import { useFlow } from '../flow/store'
import { trying } from './calls'
import type { Run } from './scenarios'

interface Runs {
  run: Run | null
  running: boolean
  failed: string | null
  /** The scenario whose way is lit; null for all of them. */
  chosen: number | null
  /** Whether the drawing shows the scenarios instead of the try. */
  lit: boolean
  play: (flow: string) => Promise<void>
  choose: (chosen: number | null) => void
  light: (lit: boolean) => void
  forget: () => void
  /** Counts up with each scenario that is saved from a try, so that their list is shown. */
  savedCount: number
  saved: () => void
}

const NOTHING = { run: null, running: false, failed: null, chosen: null, lit: false }

export const useRuns = create<Runs>((set) => ({
  ...NOTHING,
  play: async (flow) => {
    set({ running: true, failed: null, chosen: null })
    try {
      await useFlow.getState().flush()
      set({ run: await trying.run(flow), lit: true })
    } catch (error) {
      set({ failed: error instanceof ApiError ? (error.errors[0]?.message ?? error.message) : String(error) })
    } finally {
      set({ running: false })
    }
  },
  choose: (chosen) => set({ chosen, lit: true }),
  light: (lit) => set({ lit }),
  forget: () => set(NOTHING),
  savedCount: 0,
  saved: () => set((now) => ({ savedCount: now.savedCount + 1 })),
}))
