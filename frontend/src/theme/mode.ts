/** Light, dark, or as the system says; kept on this computer and shown as `data-theme` on <html>. */
import { create } from 'zustand'

export type Mode = 'light' | 'dark'
export type ModeChoice = Mode | 'system'

const KEY = 'callweave.mode'
const system = globalThis.matchMedia?.('(prefers-color-scheme: dark)')

function kept(): ModeChoice {
  const value = localStorage.getItem(KEY)
  return value === 'light' || value === 'dark' ? value : 'system'
}

function effective(choice: ModeChoice): Mode {
  if (choice !== 'system') return choice
  return system?.matches ? 'dark' : 'light'
}

interface ModeStore { choice: ModeChoice; mode: Mode; choose: (choice: ModeChoice) => void }

export const useMode = create<ModeStore>((set) => ({
  choice: kept(),
  mode: effective(kept()),
  choose: (choice) => {
    localStorage.setItem(KEY, choice)
    set({ choice, mode: effective(choice) })
  },
}))

function mark(mode: Mode) {
  document.documentElement.dataset['theme'] = mode
  document.documentElement.style.colorScheme = mode
}
mark(useMode.getState().mode)
useMode.subscribe(({ mode }) => mark(mode))
system?.addEventListener('change', () => useMode.setState(({ choice }) => ({ mode: effective(choice) })))
