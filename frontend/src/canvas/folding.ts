/**
 * Groups on the drawing: an open one is a frame around its members, a folded one a card in their place. Its outlets are
 * the ways that lead out of it, one for each place they lead to; ways between its members are not drawn.
 */
import { Position, type NodeHandle } from '@xyflow/react'
import type { FlowDocument, Group } from '../api/types'
import type { At } from '../flow/document'
import { groupKey, groupsOf } from '../drawing/groups'
import type { CardData, CardOutlet } from './cards'
import { cardBox } from './geometry'
import type { Box } from './routing'

export interface Frame { group: string; name: string; x: number; y: number; width: number; height: number; count: number; worst: 'error' | 'warning' | null }
export interface Shown { cards: Map<string, CardData>; /** Where folded groups stand. */ corners: Record<string, At> }
export type GroupWords = (key: string, values: Record<string, unknown>) => string

const SIDE = 14
const HEAD = 34

interface Kept { inputs: unknown[]; data: CardData }

/** Makes of all cards those that are drawn, each the same object until something about it changes. */
export class Folder {
  private kept = new Map<string, Kept>()

  make(cards: Map<string, CardData>, document: FlowDocument, places: Record<string, At>, say: GroupWords, open: boolean): Shown {
    const folded = [...groupsOf(document)].filter(([, { group }]) => group.folded === true && !open)
    if (folded.length === 0) return { cards, corners: {} }
    const alias = new Map(folded.flatMap(([group, { ids }]) => ids.map((id) => [id, groupKey(group)] as const)))
    const next = new Map<string, Kept>()
    const keep = (key: string, inputs: unknown[], make: () => CardData) => {
      const before = this.kept.get(key)
      const same = before && before.inputs.length === inputs.length && before.inputs.every((input, at) => input === inputs[at])
      const entry = same ? before : { inputs, data: make() }
      next.set(key, entry)
      return entry.data
    }
    const shown = new Map<string, CardData>()
    for (const [id, data] of cards) {
      if (alias.has(id)) continue
      const aimed = data.outlets.map((outlet) => (outlet.target && alias.get(outlet.target)) || outlet.target)
      const other = aimed.some((target, at) => target !== data.outlets[at]?.target)
      shown.set(id, other ? keep(id, [data, aimed.join(' ')], () => ({ ...data, outlets: data.outlets.map((outlet, at) => ({ ...outlet, target: aimed[at] ?? null })) })) : data)
    }
    const corners: Record<string, At> = {}
    for (const [id, { group, ids }] of folded) {
      const key = groupKey(id)
      const members = ids.flatMap((member) => cards.get(member) ?? [])
      const aims = [...alias].map(([member, to]) => member + to).join(' ')
      shown.set(key, keep(key, [group, say, aims, ...members], () => foldedCard(key, group, ids, cards, alias, say)))
      corners[key] = cornerOf(ids.map((member) => places[member] ?? document.nodes[member]?.at ?? [0, 0]))
    }
    this.kept = next
    return { cards: shown, corners }
  }
}

function foldedCard(key: string, group: Group, ids: string[], cards: Map<string, CardData>, alias: Map<string, string>, say: GroupWords): CardData {
  const ways = new Map<string, string[]>()
  const members = ids.flatMap((id) => cards.get(id) ?? [])
  for (const { outlets } of members) {
    for (const { target, label } of outlets) {
      const to = target && (alias.get(target) ?? target)
      if (to && to !== key) ways.set(to, [...new Set([...(ways.get(to) ?? []), label])])
    }
  }
  const listed = [...ways].map(([target, labels]) => ({ id: target, label: labels.join(say('editor.comma', {})) }))
  const box = cardBox(group.name, listed)
  const sum = (of: (data: CardData) => number) => members.reduce((total, data) => total + of(data), 0)
  const icons = new Set(members.map((data) => data.medium))
  return {
    name: group.name, typeLabel: say('drawing.group', {}), summary: say('drawing.nodesInside', { count: ids.length }),
    icon: 'group', medium: icons.size === 1 ? [...icons][0] ?? 'logic' : 'logic', missing: false, box,
    outlets: listed.map((outlet, at): CardOutlet => ({ ...outlet, key: null, words: outlet.label, width: box.outlets[at]?.width ?? 0, target: outlet.id, soft: false, warned: false })),
    errors: sum((data) => data.errors), warnings: sum((data) => data.warnings), firstFault: members.find((data) => data.firstFault)?.firstFault ?? null,
    start: members.find((data) => data.start !== null)?.start ?? null,
  }
}

/** The frames of open groups, around their members as they stand now. */
export function framesOf(document: FlowDocument, cards: Map<string, CardData>, boxes: Map<string, Box>): Frame[] {
  return [...groupsOf(document)].flatMap(([group, { group: { name }, ids }]) => {
    const inside = ids.flatMap((id) => boxes.get(id) ?? [])
    if (inside.length === 0) return []
    const left = Math.min(...inside.map((box) => box.x)) - SIDE
    const top = Math.min(...inside.map((box) => box.y)) - HEAD
    const width = Math.max(...inside.map((box) => box.x + box.width)) + SIDE - left
    const height = Math.max(...inside.map((box) => box.y + box.height)) + SIDE - top
    const members = ids.flatMap((id) => cards.get(id) ?? [])
    const worst = members.some((data) => data.errors > 0) ? 'error' : members.some((data) => data.warnings > 0) ? 'warning' : null
    return [{ group, name, x: left, y: top, width, height, count: ids.length, worst }]
  })
}

/** Where the handles of a card are: known before it is drawn, so that its edges are there at once. */
export function handlesOf(data: CardData): NodeHandle[] {
  const { width, height, outlets } = data.box
  const size = { width: 12, height: 12 }
  return [
    { id: 'in', type: 'target', position: Position.Top, x: width / 2 - 6, y: -6, ...size },
    ...outlets.map(({ id, center }): NodeHandle => ({ id, type: 'source', position: Position.Bottom, x: center - 6, y: height - 6, ...size })),
  ]
}

export function cornerOf(places: readonly (readonly number[])[]): At {
  return [Math.min(...places.map(([x = 0]) => x)), Math.min(...places.map(([, y = 0]) => y))]
}

/** Room for a group that opens: what stands where it will be goes below it. Empty where there is room. */
export function roomToOpen(document: FlowDocument, group: string, sizes: (id: string) => { width: number; height: number }, boxes: Map<string, Box>): Record<string, At> {
  const ids = groupsOf(document).get(group)?.ids ?? []
  const inside = ids.map((id) => { const [x, y] = document.nodes[id]?.at ?? [0, 0]; return { x, y, ...sizes(id) } })
  const [left, top] = cornerOf(inside.map(({ x, y }) => [x, y]))
  const right = Math.max(...inside.map((box) => box.x + box.width)) + SIDE
  const bottom = Math.max(...inside.map((box) => box.y + box.height)) + SIDE
  const others = [...boxes.values()].filter((box) => box.id !== groupKey(group))
  const inWay = others.filter((box) => box.x < right && box.x + box.width > left - SIDE && box.y < bottom && box.y + box.height > top - HEAD)
  if (inWay.length === 0) return {}
  const first = Math.min(...inWay.map((box) => box.y))
  const shift = bottom + 37 - first
  return Object.fromEntries(others.filter((box) => box.y >= first).map((box) => [box.id, [box.x, box.y + shift] as At]))
}
