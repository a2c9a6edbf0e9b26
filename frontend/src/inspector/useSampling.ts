/** Whom a flow's templates are tried with: the first of its scenarios, else the first record of its type that is kept. */
import { useMemo } from 'react'
import { api } from '../api/client'
import { speech } from '../api/sounds'
import type { Contact, FlowDocument } from '../api/types'
import { isRecord } from '../form/value'
import type { Hearing, Sampled, Sampling } from '../form/scope'
import { useFirstRecord } from './useFirstRecord'

type Data = Record<string, unknown>
interface Sample { contact: Contact; record: Data }

/** The contact and record of a flow's first scenario that has any. */
export function written(document: FlowDocument): Sample | null {
  for (const scenario of document.scenarios ?? []) {
    if (!isRecord(scenario)) continue
    const { contact, record } = scenario
    if (isRecord(contact) || isRecord(record)) return { contact: isRecord(contact) ? contact : {}, record: isRecord(record) ? record : {} }
  }
  return null
}

export function useSampling(document: FlowDocument): { sampling: Sampling; hearing: Hearing } {
  const of = useFirstRecord((state) => state.of)
  const { scenarios, record_type: type, languages } = document
  return useMemo(() => {
    const sample = written({ scenarios } as FlowDocument)
    const given = async (): Promise<Sample> => {
      const { contact, record } = sample ?? { contact: { name: '王小明', phone: '13800000000' }, record: typeof type === 'string' ? (await of(type)).data : {} }
      const { time_zone, ...rest } = contact
      return { contact: typeof time_zone === 'string' && time_zone ? contact : rest, record }
    }
    return {
      sampling: async (kind, source, signal) => {
        const body = { kind, sources: [source], language: languages?.[0] ?? 'en', ...(await given()) }
        const { items } = await api.post<{ items: Sampled[] }>('/templates/preview', body, signal)
        return items[0] ?? { text: null, holds: null }
      },
      hearing: async (prompt, language, signal) => speech({ prompt, language, ...(await given()) }, signal),
    }
  }, [of, scenarios, type, languages])
}
