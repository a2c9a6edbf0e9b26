/** Where an arrow key goes: down by the first outlet, up to whoever leads here, left and right among siblings. */
import type { CardData } from './cards'
import type { Box } from './routing'

export type Arrow = 'down' | 'up' | 'left' | 'right'

const children = (data: CardData | undefined): string[] => [...new Set((data?.outlets ?? []).flatMap((outlet) => outlet.target ?? []))]

export function neighbour(cards: Map<string, CardData>, boxes: Map<string, Box>, from: string | null, arrow: Arrow, start: string | null): string | null {
  if (!from || !cards.has(from)) return (start && cards.has(start) ? start : [...cards.keys()][0]) ?? null
  if (arrow === 'down') return children(cards.get(from)).find((id) => id !== from && cards.has(id)) ?? null
  const parents = [...cards].filter(([id, data]) => id !== from && children(data).includes(from)).map(([id]) => id)
  const top = (id: string) => boxes.get(id)?.y ?? 0
  // Of several parents the nearest above; a back edge comes from below and is the last choice.
  const [parent] = parents.sort((a, b) => rank(top(a), top(from)) - rank(top(b), top(from)))
  if (arrow === 'up') return parent ?? null
  const siblings = [...new Set(parents.flatMap((id) => children(cards.get(id))))].filter((id) => cards.has(id))
  const row = siblings.length > 1 ? siblings : [...cards.keys()]
  const here = boxes.get(from)
  if (!here) return null
  const side = arrow === 'right' ? 1 : -1
  const candidates = row
    .filter((id) => id !== from && ((boxes.get(id)?.x ?? 0) - here.x) * side > 0 && (siblings.length > 1 || Math.abs(top(id) - here.y) < 90))
    .sort((a, b) => Math.abs((boxes.get(a)?.x ?? 0) - here.x) - Math.abs((boxes.get(b)?.x ?? 0) - here.x))
  return candidates[0] ?? null
}

function rank(parent: number, child: number): number {
  return parent < child ? child - parent : 1e6 + parent - child
}
