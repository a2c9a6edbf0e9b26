/** The order of the outline: from the start along the outlets, then whatever nothing leads to. */
import type { FlowDocument } from '../api/types'

export function outlineOrder(document: FlowDocument): { id: string; depth: number }[] {
  const rows: { id: string; depth: number }[] = []
  const seen = new Set<string>()
  const walk = (first: string) => {
    const open = [{ id: first, depth: 0 }]
    while (open.length > 0) {
      const row = open.pop() as { id: string; depth: number }
      const node = document.nodes[row.id]
      if (!node || seen.has(row.id)) continue
      seen.add(row.id)
      rows.push(row)
      const targets = Object.values(node.outlets ?? {}).map((id) => ({ id, depth: row.depth + 1 }))
      open.push(...targets.reverse())
    }
  }
  if (document.start) walk(document.start)
  Object.keys(document.nodes).forEach(walk)
  return rows
}
