/** The triggers of the flow that is open. */
import { create } from 'zustand'
import { flows } from '../api/flows'
import type { Trigger } from '../api/types'

interface Triggers { of: string | null; list: Trigger[]; load: (flow: string) => Promise<void> }

export const useTriggers = create<Triggers>((set, get) => ({
  of: null,
  list: [],
  load: async (flow) => {
    if (get().of !== flow) set({ of: flow, list: [] })
    const { items } = await flows.triggers()
    if (get().of === flow) set({ list: items.filter((trigger) => trigger.flow === flow) })
  },
}))
