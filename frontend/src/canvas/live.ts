/** What happens on the drawing right now; only the cards and edges it concerns read it, so counts redraw nothing else. */
import { create } from 'zustand'

export interface Walked { node: string; outlet: string | null }
export interface Standing { running: number; waiting: number }

interface Live {
  /** Sessions that stand at each node. */
  counts: ReadonlyMap<string, Standing>
  /** The outlets taken at each walked node, joined by a space; null while no session is shown. */
  walked: Record<string, string> | null
  edges: Record<string, true>
  current: string | null
  setCounts: (counts: ReadonlyMap<string, Standing>) => void
  highlight: (way: readonly Walked[], current: string | null) => void
  clear: () => void
}

export const edgeKey = (source: string, outlet: string): string => `${source}>${outlet}`
/** An edge's node and outlet. */
export function splitKey(key: string): [string, string] {
  const at = key.indexOf('>')
  return [key.slice(0, at), key.slice(at + 1)]
}
const NOTHING = { counts: new Map<string, Standing>(), walked: null, edges: {}, current: null }

export const useLive = create<Live>((set) => ({
  ...NOTHING,
  setCounts: (counts) => set({ counts }),
  highlight: (way, current) => {
    if (way.length === 0 && current === null) return set({ walked: null, edges: {}, current: null })
    const walked: Record<string, string> = {}
    const edges: Record<string, true> = {}
    for (const { node, outlet } of way) {
      walked[node] = [walked[node], outlet].filter(Boolean).join(' ')
      if (outlet !== null) edges[edgeKey(node, outlet)] = true
    }
    set({ walked, edges, current })
  },
  clear: () => set(NOTHING),
}))
