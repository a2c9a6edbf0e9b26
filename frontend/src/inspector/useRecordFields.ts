/** The kinds of records that are kept, and the fields of one as names for templates; asked for once, and again after half a minute. */
import { useEffect, useMemo } from 'react'
import { create } from 'zustand'
import { type RecordType, records } from '../api/records'
import type { TemplateName } from '../form/scope'

interface Known { types: readonly RecordType[]; at: number; load: () => Promise<void> }

const FRESH = 30_000

const useKnown = create<Known>((set, get) => ({
  types: [],
  at: 0,
  load: async () => {
    if (Date.now() - get().at < FRESH) return
    set({ at: Date.now() })
    try {
      set({ types: (await records.types()).items })
    } catch {
      set({ at: 0 }) // not reached: names are typed by hand, and asked for again next time
    }
  },
}))

export function fieldsOf(types: readonly RecordType[], type: unknown): TemplateName[] {
  const found = types.find((one) => one.type === type)
  return Object.entries(found?.schema.properties ?? {}).map(([name, schema]) => ({ name: `record.${name}`, ...(schema.title ? { label: schema.title } : {}) }))
}

/** The kinds of records that are kept. */
export function useRecordTypes(): readonly RecordType[] {
  const { types, load } = useKnown()
  useEffect(() => void load(), [load])
  return types
}

export function useRecordFields(type: unknown): TemplateName[] {
  const types = useKnown((state) => state.types)
  const load = useKnown((state) => state.load)
  useEffect(() => {
    if (typeof type === 'string' && type !== '') void load()
  }, [type, load])
  return useMemo(() => fieldsOf(types, type), [types, type])
}
