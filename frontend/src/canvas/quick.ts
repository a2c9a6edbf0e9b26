/** Opening quick add where the selection is: after a node, or into the edge that is chosen. */
import type { CommandContext } from './useCommands'
import { defaultOutlet } from '../flow/outlets'
import { useFlow } from '../flow/store'

export function openQuickAdd(text: string, { cards, boxes, flow }: Pick<CommandContext, 'cards' | 'boxes' | 'flow'>): void {
  const { selected, edge, ask, history } = useFlow.getState()
  const id = edge ? edge.source : selected.length === 1 ? selected[0] : undefined
  const node = id ? history?.present.nodes[id] : undefined
  const box = id ? boxes.get(id) : undefined
  const outlet = edge ? edge.outlet : id && node ? defaultOutlet(node, cards.get(id)?.outlets ?? []) : null
  if (!id || !node || !box || !outlet) return ask({ from: null, text, screen: null, at: null })
  ask({ from: { source: id, outlet }, text, screen: flow.flowToScreenPosition({ x: box.x + box.width / 2, y: box.y + box.height + 20 }), at: null })
}
