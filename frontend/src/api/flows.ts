/** The calls that concern flows, their drafts, versions and triggers. */
import { api, request, type Reply } from './client'
import type {
  Change, Checked, FlowDetail, FlowDocument, FlowRow, InFlightPlace, InFlightWish, KeptDraft, NodeType, Page, Published, SavedFlow, Trigger, Version,
} from './types'

export const flows = {
  list: () => api.get<Page<FlowRow>>('/flows?limit=1000'),
  detail: (id: string) => api.get<FlowDetail>(`/flows/${id}`),
  create: (document: FlowDocument) => api.post<SavedFlow>('/flows', document),
  draft: (id: string): Promise<Reply<FlowDocument>> => request('GET', `/flows/${id}/draft`),
  save: (id: string, document: FlowDocument, ifMatch: string | null): Promise<Reply<SavedFlow>> =>
    request('PUT', `/flows/${id}/draft`, { body: document, ifMatch }),
  check: (document: FlowDocument, signal?: AbortSignal) => api.post<Checked>('/flows/check', document, signal),
  publish: async (id: string, body: { message: string; in_flight: InFlightWish }, ifMatch: string | null) =>
    (await request<Published>('POST', `/flows/${id}/publish`, { body, ifMatch })).data,
  versions: (id: string) => api.get<Page<Version>>(`/flows/${id}/versions?limit=1000`),
  keptDrafts: (id: string) => api.get<Page<KeptDraft>>(`/flows/${id}/drafts?limit=1000`),
  keptDraft: (id: string, revision: number) => api.get<{ revision: number; document: FlowDocument }>(`/flows/${id}/drafts/${revision}`),
  diff: async (id: string, from: string | null, to: string, signal?: AbortSignal) =>
    (await api.get<{ changes: Change[] }>(`/flows/${id}/diff?to=${to}${from === null ? '' : `&from=${from}`}`, signal)).changes,
  inFlight: (id: string) => api.get<{ sessions: number; places: InFlightPlace[] }>(`/flows/${id}/in-flight`),
  goBack: (id: string, to: { version: number } | { revision: number }) => api.post<SavedFlow>(`/flows/${id}/go-back`, to),
  version: (id: string, number: number) => api.get<Version & { document: FlowDocument }>(`/flows/${id}/versions/${number}`),
  nodeTypes: () => api.get<{ items: NodeType[] }>('/node-types'),
  triggers: () => api.get<Page<Trigger>>('/triggers?limit=1000'),
  bind: (flow: string, number: string) => api.post<Trigger>('/triggers', { kind: 'call', number, flow }),
  unbind: (trigger: string) => api.delete(`/triggers/${trigger}`),
}
