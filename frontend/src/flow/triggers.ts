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

/** What stands on the chip above the first node: every way in. */
export function startWords(triggers: Trigger[], t: (key: string, values?: Record<string, unknown>) => string): string {
  const numbers = triggers.flatMap((trigger) => (trigger.kind === 'call' && trigger.number ? [trigger.number] : []))
  return numbers.length > 0 ? t('editor.startByCall', { numbers: numbers.join(t('editor.comma')) }) : t('editor.start')
}
