/** What a link to one flow gives; asked with the link's secret alone, never with a session. */
import i18n from '../i18n'
import { ApiError } from './client'
import type { CheckedNode, FlowDocument, NodeType } from './types'

export interface SharedCounts { counts: Record<string, { running: number; waiting: number }>; live: number; at: string }
export interface SharedFlow extends SharedCounts {
  name: string
  state: string
  published: number | null
  expires_at: string
  document: FlowDocument
  nodes: Record<string, CheckedNode>
  types: Record<string, NodeType>
}

async function ask<T>(path: string, token: string): Promise<T> {
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, { credentials: 'omit', headers: { Authorization: `Bearer ${token}`, 'Accept-Language': i18n.language } })
  } catch {
    throw new ApiError(0, i18n.t('shell.unreachable'), i18n.t('shell.unreachable'))
  }
  if (!response.ok) throw new ApiError(response.status, response.statusText, '')
  return (await response.json()) as T
}

export const shared = {
  flow: (token: string) => ask<SharedFlow>('/shared', token),
  counts: (token: string) => ask<SharedCounts>('/shared/counts', token),
}
