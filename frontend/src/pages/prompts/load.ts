/** Prompts as they stand in the drafts of flows, and one of them changed there. */
import { ApiError } from '../../api/client'
import { flows } from '../../api/flows'
import { reviews } from '../../api/reviews'
import type { FlowDocument, FlowRow, NodeType } from '../../api/types'
import { same } from '../../flow/merge'
import { type FlowPrompts, type Row, at, promptsOf, put } from './sheet'

export interface Loaded { sheet: FlowPrompts[]; documents: Record<string, FlowDocument>; types: Record<string, NodeType>; flows: FlowRow[] }
const abreast = 4

/** The sheet of these flows, a few asked for at a time. */
export async function loadSheet(rows: readonly FlowRow[], types: Record<string, NodeType>): Promise<{ sheet: FlowPrompts[]; documents: Record<string, FlowDocument> }> {
  const found: Record<string, { prompts: FlowPrompts; document: FlowDocument }> = {}
  const waiting = [...rows]
  const work = async () => {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      const [{ data: document }, marks] = await Promise.all([flows.draft(row.id), reviews.of(row.id)])
      const several = (document.languages?.length ?? 0) > 1
      const before = several && row.published !== null ? (await flows.version(row.id, row.published)).document : null
      found[row.id] = { document, prompts: promptsOf(row.id, document, types, row.published, before, marks.items) }
    }
  }
  await Promise.all(Array.from({ length: abreast }, work))
  return {
    sheet: rows.flatMap((row) => { const one = found[row.id]; return one && one.prompts.rows.length > 0 ? [one.prompts] : [] }),
    documents: Object.fromEntries(Object.entries(found).map(([id, one]) => [id, one.document])),
  }
}

/** Somebody else has changed this very prompt meanwhile. */
export class Crossed extends Error {
  constructor(readonly theirs: unknown) {
    super('crossed')
  }
}
const tries = 4

/** Puts a prompt into the newest draft of its flow; others' changes of other things stay. Raises Crossed. */
export async function keepPrompt(row: Row, before: unknown, after: unknown): Promise<void> {
  const path = ['nodes', row.node, 'config', ...row.path]
  for (let left = tries; ; left -= 1) {
    const { data, etag } = await flows.draft(row.flow)
    const there = at(data, path)
    if (!data.nodes[row.node] || !same(there, before)) throw new Crossed(there)
    try {
      await flows.save(row.flow, put(data, path, after) as FlowDocument, etag)
      return
    } catch (problem) {
      if (!(problem instanceof ApiError) || problem.status !== 412 || left <= 1) throw problem
    }
  }
}
