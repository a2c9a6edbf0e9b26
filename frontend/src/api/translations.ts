/** Texts in another language, by the translation service of this house, if there is one. */
import { api } from './client'

export const translations = {
  service: (signal?: AbortSignal) => api.get<{ there: boolean }>('/translations', signal),
  of: (source: string, target: string, texts: string[], signal?: AbortSignal) => api.post<{ texts: string[] }>('/translations', { source, target, texts }, signal),
}
