/** Inside the form of a node: which node it is, so that each field knows who else has it in hand. */
import { createContext, useContext } from 'react'
import type { Person } from './people'
import { useHolder } from './presence'

export const HeldNode = createContext<string | null>(null)

export function useFieldHolder(path: string): Person | undefined {
  const node = useContext(HeldNode)
  return useHolder(node === null ? null : `${node}.${path}`)
}
