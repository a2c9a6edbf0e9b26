/** What a paste has left pointing to nothing, told until it is read. */
import { create } from 'zustand'
import type { Loose } from '../drawing/clipboard'

interface LooseEnds { list: Loose[]; tell: (list: Loose[]) => void }

export const useLoose = create<LooseEnds>((set) => ({ list: [], tell: (list) => set({ list }) }))
