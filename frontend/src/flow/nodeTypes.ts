/** The node types that the designer offers, asked once per language: the editor knows none by name. */
import { create } from 'zustand'
import { flows } from '../api/flows'
import type { NodeType } from '../api/types'

interface NodeTypes { language: string | null; list: NodeType[]; byType: Record<string, NodeType>; load: (language: string) => Promise<void> }

export const useNodeTypes = create<NodeTypes>((set, get) => ({
  language: null,
  list: [],
  byType: {},
  load: async (language) => {
    if (get().language === language) return
    const { items } = await flows.nodeTypes()
    set({ language, list: items, byType: Object.fromEntries(items.map((type) => [type.type, type])) })
  },
}))
