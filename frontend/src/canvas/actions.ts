/** What cards may ask of the canvas around them; absent where the drawing is only read. */
import { createContext } from 'react'

export interface Actions {
  quickAdd: (node: string, outlet: string, at: Element) => void
  /** Fold a group into a card, or open it again. */
  fold: (group: string, folded: boolean) => void
}

export const CanvasActions = createContext<Actions | null>(null)
