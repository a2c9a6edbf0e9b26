/** The edge that a carried node would be dropped into; only that edge is told. */
import { create } from 'zustand'

interface Splicing { edge: string | null; over: (edge: string | null) => void }

export const useSplicing = create<Splicing>((set, get) => ({
  edge: null,
  over: (edge) => { if (get().edge !== edge) set({ edge }) },
}))
