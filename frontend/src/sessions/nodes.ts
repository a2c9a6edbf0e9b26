/** What the panel needs to know of the drawing: a node's name and looks, and the words of its outlets. */
import type { OutletInfo } from '../api/types'

export interface NodeView {
  name: string
  icon: string
  medium: string
  outlets: readonly OutletInfo[]
}

export type NodeOf = (id: string) => NodeView | undefined

export function nodeName(nodeOf: NodeOf, id: string): string {
  return nodeOf(id)?.name || id
}

/** What an outlet is called on the drawing. */
export function outletLabel(nodeOf: NodeOf, node: string, outlet: string): string {
  return nodeOf(node)?.outlets.find((one) => one.id === outlet)?.label || outlet
}
