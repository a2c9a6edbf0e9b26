/** What the fields of a node may choose among that stands outside of its flow: the flows there are, by name. */
import { useEffect, useMemo } from 'react'
import { create } from 'zustand'
import { flows } from '../api/flows'
import type { Offer } from '../form/scope'

interface Known { flows: readonly Offer[]; at: number; load: () => Promise<void> }

const FRESH = 30_000

const useKnown = create<Known>((set, get) => ({
  flows: [],
  at: 0,
  load: async () => {
    if (Date.now() - get().at < FRESH) return
    set({ at: Date.now() })
    try {
      const { items } = await flows.list()
      // A name that several flows share says nothing; those are told apart by their id.
      const times = new Map<string, number>()
      for (const { name } of items) times.set(name, (times.get(name) ?? 0) + 1)
      set({ flows: items.map(({ id, name }) => ({ value: times.get(name) === 1 ? name : id, label: name })) })
    } catch {
      set({ at: 0 }) // not reached: the field takes a name that is typed, and asks again next time
    }
  },
}))

export function useOffers(): Readonly<Record<string, readonly Offer[]>> {
  const known = useKnown((state) => state.flows)
  const load = useKnown((state) => state.load)
  useEffect(() => void load(), [load])
  return useMemo(() => ({ flow: known }), [known])
}
