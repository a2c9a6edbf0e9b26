/** The place in the inspector that something leads to: a field, in a language, or an outlet. */
import { create } from 'zustand'

/** `path` is relative to the node: `config.prompt`, `outlets.failed`. Each goal is new, even to the same place. */
export interface Goal { node: string; path: string; language: string | undefined; key: number }

interface Goals { goal: Goal | null; aim: (node: string, path: string, language?: string) => void; forget: () => void }

export const useGoal = create<Goals>((set, get) => ({
  goal: null,
  aim: (node, path, language) => set({ goal: { node, path, language, key: (get().goal?.key ?? 0) + 1 } }),
  forget: () => set({ goal: null }),
}))
