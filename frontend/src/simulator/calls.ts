/** The calls that concern trying. */
import { api } from '../api/client'
import type { Page } from '../api/types'
import type { Run, Scenario } from './scenarios'
import type { Simulated, Simulation, TryEvent } from './turns'

export interface Begin { contact: Record<string, unknown>; record: Record<string, unknown>; at: string }
export interface RecordType { type: string; key: string; name?: string | null; phone?: string | null; email?: string | null; time_zone?: string | null; language?: string | null; contact?: string | null; schema?: { properties?: Record<string, unknown> } }
export interface KeptRecord { key: string; data: Record<string, unknown>; created_at?: string }

export const trying = {
  begin: (flow: string, body: Begin) => api.post<Simulated>(`/flows/${flow}/simulate`, body),
  event: (simulation: string, event: TryEvent) => api.post<Simulated>(`/simulations/${simulation}`, { event }),
  wind: (simulation: string, advance_clock: string) => api.post<Simulated>(`/simulations/${simulation}`, { advance_clock }),
  back: (simulation: string, turns: number) => api.post<Simulation>(`/simulations/${simulation}/back`, { turns }),
  scenario: (simulation: string) => api.get<Scenario>(`/simulations/${simulation}/scenario`),
  run: (flow: string) => api.post<Run>(`/flows/${flow}/scenarios/run`),
  call: (flow: string, body: { phone: string; contact: Record<string, unknown>; record: Record<string, unknown> }) => api.post<{ session: string }>(`/flows/${flow}/trial`, body),
  browserPhone: () => api.post<{ phone: string; password: string }>('/browser-phones'),
  recordType: (type: string) => api.get<RecordType>(`/record-types/${encodeURIComponent(type)}`),
  records: (type: string, signal?: AbortSignal) => api.get<Page<KeptRecord>>(`/records/${encodeURIComponent(type)}?limit=50`, signal),
}
