/** What happens on the drawing right now; only the cards and edges it concerns read it, so counts redraw nothing else. */
import { create } from 'zustand'

export interface Walked { node: string; outlet: string | null }

interface Live {
  /** Sessions that stand at each node. */
  counts: Record<string, number>
  /** The last outlet taken at each walked node; null while none was. */
  walked: Record<string, string | null> | null
  edges: Record<string, true>
  current: string | null
  setCounts: (counts: Record<string, number>) => void
  highlight: (walked: Walked[] | null, current?: string | null) => void
}

export const edgeKey = (source: string, outlet: string): string => `${source}>${outlet}`

export const useLive = create<Live>((set) => ({
  counts: {},
  walked: null,
  edges: {},
  current: null,
  setCounts: (counts) => set({ counts }),
  highlight: (walked, current = null) => {
    if (!walked || (walked.length === 0 && !current)) return set({ walked: null, edges: {}, current: null })
    const taken = walked.filter((step): step is { node: string; outlet: string } => step.outlet !== null)
    set({
      walked: Object.fromEntries(walked.map((step) => [step.node, step.outlet])),
      edges: Object.fromEntries(taken.map((step) => [edgeKey(step.node, step.outlet), true as const])),
      current,
    })
  },
}))
