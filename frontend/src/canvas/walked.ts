/** How many went which way over the drawing lately: read by the outlets' pills and the edges' widths alone. */
import { create } from 'zustand'
import { edgeKey } from './live'

export interface WalkedBy { taken: number; ended: number }
export interface AtNode { node: string; came: number; ended: number; seconds: number; longest: number }
export interface ByOutlet extends WalkedBy { node: string; outlet: string }
export interface Walks { sessions: number; all: boolean; since: string; nodes: AtNode[]; outlets: ByOutlet[] }

interface WalkedStore {
  outlets: ReadonlyMap<string, WalkedBy>
  nodes: ReadonlyMap<string, AtNode>
  /** The most that came to one node: the widest edge stands for so many. */
  most: number
  set: (walks: Walks | null) => void
}

const NOTHING = { outlets: new Map<string, WalkedBy>(), nodes: new Map<string, AtNode>(), most: 0 }

export const useWalked = create<WalkedStore>((set) => ({
  ...NOTHING,
  set: (walks) => set(walks === null ? NOTHING : {
    outlets: new Map(walks.outlets.map((one) => [edgeKey(one.node, one.outlet), { taken: one.taken, ended: one.ended }])),
    nodes: new Map(walks.nodes.map((one) => [one.node, one])),
    most: Math.max(0, ...walks.nodes.map((one) => one.came)),
  }),
}))

/** 1.2 pixels for nobody to 6.5 for all. */
export function widthOf(taken: number, most: number): number {
  return most === 0 ? 1.5 : 1.2 + 5.3 * (taken / most) ** 0.6
}

export interface DropOff { node: string; outlet: string; ended: number; share: number }

/** Where most of those who came have ended, by an outlet that leads nowhere or because they hung up. */
export function dropOffs(walks: Walks, most = 3): DropOff[] {
  const came = new Map(walks.nodes.map((one) => [one.node, one.came]))
  return walks.outlets
    .filter((one) => one.ended > 0)
    .map((one) => ({ node: one.node, outlet: one.outlet, ended: one.ended, share: one.ended / Math.max(1, came.get(one.node) ?? one.ended) }))
    .sort((a, b) => b.ended - a.ended || b.share - a.share)
    .slice(0, most)
}
