/** What became of a prompt: who changed it, in which language, and how it was before. */
import type { Spoken } from '../form/prompt'
import { api } from './client'

export interface PromptChange {
  at: string
  by: string | null
  language: string
  what: 'text' | 'voice' | 'recording'
  before: Spoken | null
  after: Spoken | null
  /** The recording of which a version was put in, if that is the change. */
  asset: string | null
  version: number | null
}

export const promptChanges = (flow: string, node: string, place: string, signal?: AbortSignal) => api.get<{ items: PromptChange[] }>(`/flows/${flow}/prompt-changes/${encodeURIComponent(node)}/${encodeURIComponent(place)}`, signal)
