/** The way from anywhere in the editor to the commands of the drawing, and which list of them is open. */
import { create } from 'zustand'
import { useFlow } from '../flow/store'
import { can, commands, type Command, type CommandId, type Situation } from './commands'

type Open = 'commands' | 'keys' | 'subflow' | null
interface Commanding {
  run: (id: CommandId) => void
  open: Open
  show: (open: Open) => void
  /** Asks the find tab for the focus; each time anew. */
  finding: number
  find: () => void
  /** Leaves the drawing for trying it; the editor says how. */
  tryIt: () => void
}

export const useCommanding = create<Commanding>((set, get) => ({
  run: () => undefined,
  open: null,
  show: (open) => set({ open }),
  finding: 0,
  find: () => set({ finding: get().finding + 1 }),
  tryIt: () => undefined,
}))

export function situation(): Situation | null {
  const { history, selected, edge } = useFlow.getState()
  return history && { document: history.present, selected, edge, undo: history.past.length > 0, redo: history.future.length > 0 }
}

/** Runs a command if it makes sense now; true if it did. */
export function command(id: CommandId): boolean {
  const now = situation()
  const known = (commands as readonly Command[]).find((one) => one.id === id)
  if (!now || !known || !can(known, now)) return false
  useCommanding.getState().run(id)
  return true
}
