/** What could not be saved stays on this computer until it is, with what it was made from: so it can be merged later. */
import type { FlowDocument } from '../api/types'

export interface Backup { document: FlowDocument; base?: FlowDocument; etag: string | null }
const key = (flow: string) => `callweave.unsaved.${flow}`

export function keep(flow: string, backup: Backup): boolean {
  return stored(flow, backup) || stored(flow, { document: backup.document, etag: backup.etag })
}

function stored(flow: string, backup: Backup): boolean {
  try {
    localStorage.setItem(key(flow), JSON.stringify(backup))
    return true
  } catch {
    return false // the browser's storage is full or closed: the page still holds it
  }
}

export function kept(flow: string): Backup | null {
  const text = localStorage.getItem(key(flow))
  if (!text) return null
  try {
    return JSON.parse(text) as Backup
  } catch {
    return null
  }
}

export function drop(flow: string): void {
  localStorage.removeItem(key(flow))
}
