/** Records: what an organisation's systems know, by type; each version kept. */
import { api } from './client'
import type { AnyTrigger } from './lines'
import type { Fault, JsonSchema, Page } from './types'

/** What a type's named fields are of a person; the key tells one record from another. */
export interface RecordType {
  type: string
  schema: JsonSchema
  key: string
  name: string | null
  phone: string | null
  contact: string | null
  email: string | null
  time_zone: string | null
  language: string | null
  source_version: string | null
  /** Fields that not everybody is shown, with the roles that are. */
  visible: Record<string, string[]>
}
export type Data = Record<string, unknown>
export interface RecordRow {
  id: string
  record_type: string
  key: string
  version: number
  data: Data
  contact: string | null
  source: string
  source_version: string | null
  created_at: string
  updated_at: string
}
export interface RecordVersion { version: number; data: Data; source: string; source_version: string | null; at: string; deleted: boolean }
export interface Rejected { row: number; errors: Fault[] }
export interface Ingested { accepted: number; updated: number; unchanged: number; late: number; rejected: Rejected[]; sessions: number }
/** What would become of rows, before any is written. */
export interface Checked { good: number; rejected: Rejected[] }
/** A file as the server read it: cells in the columns' order, and where each row stands in the file. */
export interface Table { sheets: string[]; columns: string[]; lines: number[]; rows: (string | null)[][]; faults: { line: number; message: string }[] }
export interface Asked { text?: string; when?: string; contact?: string; key?: string }

const of = (type: string, key: string) => `/records/${type}/${encodeURIComponent(key)}`

export function queryOf(asked: object): string {
  return new URLSearchParams(Object.entries(asked).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '')).toString()
}

/** What a trigger will do for a record, has done, or has not, and why. */
export interface TriggerOfRecord { trigger: AnyTrigger; state: string; moment: string | null; why: string | null; session: string | null }

export const records = {
  types: () => api.get<Page<RecordType>>('/record-types?limit=1000'),
  putType: ({ type, ...rest }: RecordType) => api.put<RecordType>(`/record-types/${type}`, rest),
  list: (type: string, asked: Asked, cursor: string | null, limit = 50) =>
    api.get<Page<RecordRow>>(`/records/${type}?${queryOf({ ...asked, cursor: cursor ?? '', limit: String(limit) })}`),
  one: (type: string, key: string) => api.get<RecordRow>(of(type, key)),
  triggers: (type: string, key: string) => api.get<{ items: TriggerOfRecord[] }>(`${of(type, key)}/triggers`),
  history: (type: string, key: string, cursor: string | null) =>
    api.get<Page<RecordVersion>>(`${of(type, key)}/history?${queryOf({ cursor: cursor ?? '', limit: '50' })}`),
  change: (row: RecordRow, changes: Data) => api.patch<RecordRow>(of(row.record_type, row.key), changes, `"${row.version}"`),
  remove: (row: RecordRow) => api.delete(of(row.record_type, row.key)),
  post: (type: string, rows: readonly Data[], signal?: AbortSignal) => api.post<Ingested>(`/records/${type}`, rows, signal),
  check: (type: string, rows: readonly Data[]) => api.post<Checked>(`/checks/records/${type}`, rows),
  readTable: (file: File, sheet?: string) => {
    const form = new FormData()
    form.set('file', file, file.name)
    if (sheet) form.set('sheet', sheet)
    return api.upload<Table>('/tables', form)
  },
  exportPath: (type: string, asked: Asked, format: string) => `/api/v1/exports/records/${type}?${queryOf({ ...asked, format })}`,
}
