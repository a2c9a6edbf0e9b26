/** What cards may ask of the canvas around them; absent where the drawing is only read. */
import { createContext } from 'react'

export interface Actions { quickAdd: (node: string, outlet: string, at: Element) => void }

export const CanvasActions = createContext<Actions | null>(null)
