/** The calls that concern flows, their drafts, versions and triggers. */
import { api, request, type Reply } from './client'
import type { Checked, FlowDetail, FlowDocument, FlowRow, NodeType, Page, SavedFlow, Trigger, Version } from './types'

export const flows = {
  list: () => api.get<Page<FlowRow>>('/flows?limit=1000'),
  detail: (id: string) => api.get<FlowDetail>(`/flows/${id}`),
  create: (document: FlowDocument) => api.post<SavedFlow>('/flows', document),
  draft: (id: string): Promise<Reply<FlowDocument>> => request('GET', `/flows/${id}/draft`),
  save: (id: string, document: FlowDocument, ifMatch: string | null): Promise<Reply<SavedFlow>> =>
    request('PUT', `/flows/${id}/draft`, { body: document, ifMatch }),
  check: (document: FlowDocument, signal?: AbortSignal) => api.post<Checked>('/flows/check', document, signal),
  publish: (id: string, message: string) => api.post<Version>(`/flows/${id}/publish`, { message }),
  version: (id: string, number: number) => api.get<Version & { document: FlowDocument }>(`/flows/${id}/versions/${number}`),
  nodeTypes: () => api.get<{ items: NodeType[] }>('/node-types'),
  triggers: () => api.get<Page<Trigger>>('/triggers?limit=1000'),
  bind: (flow: string, number: string) => api.post<Trigger>('/triggers', { kind: 'call', number, flow }),
  unbind: (trigger: string) => api.delete(`/triggers/${trigger}`),
}
