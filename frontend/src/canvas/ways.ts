/** Which outlet of a node is the way on: the first that a person would follow. */
import type { FlowDocument } from '../api/types'
import type { FirstOutlet } from '../drawing/splice'
import { isHungUp } from '../flow/outlets'
import type { CardData } from './cards'

export function firstOutlet(document: FlowDocument, cards: Map<string, CardData>): FirstOutlet {
  return (id) => {
    const outlets = cards.get(id)?.outlets.filter((outlet) => !isHungUp(outlet.id)) ?? []
    return outlets[0]?.id ?? Object.keys(document.nodes[id]?.outlets ?? {})[0] ?? null
  }
}
