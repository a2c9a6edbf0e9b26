/** The first record of each type, by which templates and prompts are tried: asked for once. */
import { create } from 'zustand'
import { records, type Data } from '../api/records'

export interface First { key: string | null; data: Data }
export const noRecord: First = { key: null, data: {} }
interface Kept { byType: Record<string, Promise<First>>; of: (type: string) => Promise<First> }

/** None where there is none, or one may not see it. */
export const useFirstRecord = create<Kept>((set, get) => ({
  byType: {},
  of: (type) => {
    const known = get().byType[type]
    if (known) return known
    const asked = records.list(type, {}, null, 1).then(({ items }) => items[0] ?? noRecord, () => noRecord)
    set({ byType: { ...get().byType, [type]: asked } })
    return asked
  },
}))
