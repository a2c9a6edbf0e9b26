/** A flow's states through time: the draft, its versions, and the drafts that were kept, by one kind of name. */
import { flows } from '../../api/flows'
import type { Checked, FlowDocument, KeptDraft, Version } from '../../api/types'

/** `draft`, `7` for version 7, `r12` for the draft that was kept as revision 12. */
export type Edition = string
export interface Shown { document: FlowDocument; checked: Checked | null }

export async function documentOf(flow: string, edition: Edition): Promise<FlowDocument> {
  if (edition === 'draft') return (await flows.draft(flow)).data
  if (edition.startsWith('r')) return (await flows.keptDraft(flow, Number(edition.slice(1)))).document
  return (await flows.version(flow, Number(edition))).document
}

export async function shownOf(flow: string, edition: Edition): Promise<Shown> {
  const document = await documentOf(flow, edition)
  return { document, checked: await flows.check(document) }
}

/** What an edition is compared with unless something else is chosen: what stood there before it. */
export function beforeOf(edition: Edition, versions: readonly Version[], kept: readonly KeptDraft[]): Edition | null {
  const numbers = versions.map((one) => one.version).sort((a, b) => b - a)
  if (edition === 'draft') return numbers[0] === undefined ? (kept[0] ? `r${kept[0].revision}` : null) : String(numbers[0])
  if (edition.startsWith('r')) {
    const older = kept.map((one) => one.revision).filter((revision) => revision < Number(edition.slice(1)))
    return older.length > 0 ? `r${Math.max(...older)}` : null
  }
  const older = numbers.filter((number) => number < Number(edition))
  return older[0] === undefined ? null : String(older[0])
}
