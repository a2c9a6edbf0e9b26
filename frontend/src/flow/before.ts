/** Which nodes can have run before one: those from which an edge leads to it, however far. Pure. */
import type { FlowDocument } from '../api/types'

export function before(document: FlowDocument, id: string): Set<string> {
  const into = new Map<string, string[]>()
  const add = (target: string | null | undefined, from: string) => {
    if (target) into.set(target, [...(into.get(target) ?? []), from])
  }
  for (const [from, node] of Object.entries(document.nodes)) {
    for (const target of Object.values(node.outlets ?? {})) add(target, from)
    // Whoever hangs up at any node goes on there.
    add(document.on_hang_up, from)
  }
  const found = new Set<string>()
  const open = [...(into.get(id) ?? [])]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue
    found.add(next)
    open.push(...(into.get(next) ?? []))
  }
  return found
}
