/** Outlets that no scenario has taken, by node, while the drawing shows what scenarios cover; else nothing. */
import { create } from 'zustand'

interface Uncovered { missing: Record<string, string[]> | null; setMissing: (missing: Record<string, string[]> | null) => void }

export const useUncovered = create<Uncovered>((set) => ({ missing: null, setMissing: (missing) => set({ missing }) }))
