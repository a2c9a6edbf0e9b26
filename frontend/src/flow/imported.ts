/** A file as a flow: read here, so that what is no flow is told before anything is sent. */
import type { FlowDocument } from '../api/types'

export type Read = { document: FlowDocument } | { refused: 'json' | 'shape' | 'size'; reason: string }

/** The designer's own limit for a document. */
export const LARGEST = 1024 * 1024

export function read(text: string): Read {
  if (new Blob([text]).size > LARGEST) return { refused: 'size', reason: '1 MiB' }
  let found: unknown
  try {
    found = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return { refused: 'json', reason: error instanceof Error ? error.message : String(error) }
  }
  const fields = found as Partial<FlowDocument> | null
  const fits = typeof fields === 'object' && fields !== null && fields.callweave === 1 && typeof fields.name === 'string' && typeof fields.nodes === 'object' && fields.nodes !== null
  return fits ? { document: found as FlowDocument } : { refused: 'shape', reason: '"callweave": 1, "name", "nodes"' }
}
