/** What is heard and sent: assets, speech made by the product, recordings, faxes. */
import { api } from './client'
import type { Page } from './types'

export interface AssetFile { language: string; version: number; in_use: boolean; media_type: string; size: number; seconds: number | null; level: number | null; file_name: string; source: string; created_at: string }
export interface Asset { id: string; kind: 'audio' | 'document' | string; name: string | null; created_at: string; warnings: string[]; files: AssetFile[] }
export type Recorded = 'calling' | 'recorded' | 'kept' | 'discarded' | 'not_reached' | 'failed'
export interface Recording { id: string; session: string; leg: string; kind: 'speech' | 'call' | 'room' | 'early' | string; channels: number; ended_at: string; seconds: number; size: number; sha256: string; media_type: string }
export interface Fax {
  id: string; session: string; direction: 'in' | 'out'; leg: string; caller: string; called: string; trunk: string | null; document: string | null; asset: string | null; pages: number
  fate: string | null; cause: string | null; station: string | null; medium: string | null; rate: number | null; started_at: string; answered_at: string | null; ended_at: string | null
}
const on = (cursor: string | null) => `limit=50${cursor ? `&cursor=${cursor}` : ''}`
const named = (name: string) => encodeURIComponent(name)

export const assets = {
  one: (name: string) => api.get<Asset>(`/assets/${named(name)}`),
  list: (kind: string) => api.get<Page<Asset>>(`/assets?kind=${kind}&limit=1000`),
  make: (name: string, language: string, file: Blob, fileName: string) => api.upload<Asset>('/assets', formOf({ name, language }, file, fileName)),
  version: (name: string, language: string, file: Blob, fileName: string) => api.upload<Asset>(`/assets/${named(name)}/versions`, formOf({ language }, file, fileName)),
  remove: (name: string) => api.delete(`/assets/${named(name)}`),
  record: (name: string, phone: string, language: string) => api.post<{ session: string }>(`/assets/${named(name)}/record`, { phone, language }),
  recorded: (name: string, session: string) => api.get<{ state: Recorded }>(`/assets/${named(name)}/record/${session}`),
  take: (name: string, session: string) => api.post<Asset>(`/assets/${named(name)}/record/${session}`),
  content: (name: string, language = '') => `/api/v1/assets/${named(name)}/content${language ? `?language=${language}` : ''}`,
}

function formOf(fields: Record<string, string>, file: Blob, fileName: string): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  form.set('file', file, fileName)
  return form
}

/** A prompt as callers hear it; whose record and contact are not said hears what is the same for all. */
export const speech = (body: { prompt: unknown; language: string; record?: Record<string, unknown>; contact?: Record<string, unknown> }, signal?: AbortSignal) => api.bytes('/speech', body, signal)

export interface Voice { name: string; title: string; gender: 'female' | 'male' | '' }
export interface Voices { own: string; items: Voice[] }
export const voices = (language: string, signal?: AbortSignal) => api.get<Voices>(`/voices/${encodeURIComponent(language)}`, signal)

export const recordings = {
  list: (cursor: string | null) => api.get<Page<Recording>>(`/recordings?${on(cursor)}`),
  content: (id: string) => `/api/v1/recordings/${id}/content`,
  bytes: (id: string, signal?: AbortSignal) => api.bytes(`/recordings/${id}/content`, undefined, signal),
  remove: (id: string) => api.delete(`/recordings/${id}`),
}

export const faxes = {
  list: (direction: string, fate: string, cursor: string | null) => api.get<Page<Fax>>(`/faxes?${on(cursor)}${direction ? `&direction=${direction}` : ''}${fate ? `&fate=${fate}` : ''}`),
  page: (id: string, number: number) => `/api/v1/faxes/${id}/pages/${number}`,
}
