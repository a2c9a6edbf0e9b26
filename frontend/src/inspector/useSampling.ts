/** Asks the engine what templates give, and how prompts sound, for the sample that a flow is drawn by. */
import { useMemo } from 'react'
import { api } from '../api/client'
import { speech } from '../api/sounds'
import type { FlowDocument } from '../api/types'
import type { Hearing, Sampled, Sampling } from '../form/scope'
import type { Given } from './samples'

/** What each name has; null where it has nothing, or only once a session runs. */
export type Valuing = (names: readonly string[], signal: AbortSignal) => Promise<(string | null)[]>

export function useSampling({ languages }: FlowDocument, { contact, record }: Given): { sampling: Sampling; hearing: Hearing; valuing: Valuing } {
  return useMemo(() => {
    const { time_zone, ...rest } = contact
    const given = { contact: typeof time_zone === 'string' && time_zone ? contact : rest, record }
    const preview = async (kind: 'template' | 'condition', sources: readonly string[], signal: AbortSignal) => {
      const { items } = await api.post<{ items: Sampled[] }>('/templates/preview', { kind, sources, language: languages?.[0] ?? 'en', ...given }, signal)
      return items
    }
    return {
      sampling: async (kind, source, signal) => (await preview(kind, [source], signal))[0] ?? { text: null, holds: null },
      valuing: async (names, signal) => (await preview('template', names.map((name) => `{{ ${name} }}`), signal)).map(({ text }) => text || null),
      hearing: async (prompt, language, signal) => speech({ prompt, language, ...given }, signal),
    }
  }, [languages, contact, record])
}
