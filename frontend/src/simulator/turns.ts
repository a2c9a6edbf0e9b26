/** A simulated session as the designer gives it: turns, what is waited for now, and the way that was walked. */
import type { Walked } from '../canvas/live'

export interface Command { type: string; id: string; [key: string]: unknown }
export interface TryEvent { type: string; at?: string | null; [key: string]: unknown }
export interface TryStep { node: string; outlet?: string | null; value?: unknown }
export interface Listens { kind: string; key: string }

export interface TryTurn {
  number: number
  at: string
  node: string | null
  status: string
  outcome: string | null
  vars: Record<string, unknown>
  results: Record<string, Record<string, unknown>>
  contact: Record<string, unknown>
  record: Record<string, unknown>
  language: string
  steps: TryStep[]
  events: TryEvent[]
  commands: Command[]
  pending: string[]
  legs: Record<string, boolean>
  listens: Listens[]
  coming: { at: string; type: string } | null
  heard: boolean
  endless: boolean
  event?: TryEvent | null
  advance_clock?: string | null
}

export interface Simulated { simulation: string; turn: TryTurn }
export interface Simulation { simulation: string; turns: TryTurn[] }

/** The commands whose answers the session waits for after the last of these turns. */
export function pendingOf(turns: readonly TryTurn[]): Command[] {
  const asked = new Map(turns.flatMap((turn) => turn.commands.map((command): [string, Command] => [command.id, command])))
  return (turns.at(-1)?.pending ?? []).flatMap((id) => asked.get(id) ?? [])
}

const LIVE = ['running', 'waiting']
export const isOver = (turn: TryTurn | undefined): boolean => turn !== undefined && !LIVE.includes(turn.status)

export type Line = 'idle' | 'ringing' | 'talking'

/** Whether somebody is on the line: a call that rings is one too. */
export function lineOf(turn: TryTurn | undefined, pending: readonly Command[]): Line {
  const legs = Object.values(turn?.legs ?? {})
  if (legs.some(Boolean)) return 'talking'
  return legs.length > 0 || pending.some((command) => command.type === 'place_call') ? 'ringing' : 'idle'
}

/** The way over the drawing; what was walked last comes last. Nodes of sub-flows are not on it. */
export function wayOf(turns: readonly TryTurn[], known: Record<string, unknown>): Walked[] {
  const way: Walked[] = []
  for (const { node, outlet = null } of turns.flatMap((turn) => turn.steps)) {
    if (!(node in known)) continue
    const before = way.findIndex((one) => one.node === node && one.outlet === outlet)
    if (before >= 0) way.splice(before, 1)
    way.push({ node, outlet })
  }
  return way
}

/** The node of the drawing at which the session stands, or stood last: inside a sub-flow the one that called it. */
export function standsAt(turns: readonly TryTurn[], known: Record<string, unknown>): string | null {
  const last = turns.at(-1)
  if (!last || isOver(last)) return null
  if (last.node && last.node in known) return last.node
  return turns.flatMap((turn) => turn.steps).findLast((step) => step.node in known)?.node ?? null
}

export const nodesWalked = (turns: readonly TryTurn[], known: Record<string, unknown>): number => new Set(wayOf(turns, known).map((one) => one.node)).size

/** After how many turns the last thing that a person did had not yet been done; null where there is nothing to take back. */
export function stepBack(turns: readonly TryTurn[]): number | null {
  const kinds = new Map(turns.flatMap((turn) => turn.commands.map((command): [unknown, string] => [command.id, command.type])))
  for (let at = turns.length - 1; at > 0; at -= 1) {
    const turn = turns[at]
    if (turn && !ofItself(turn, kinds)) return at
  }
  return null
}

const ENDS = ['playback_finished', 'command_done', 'fields_updated', 'call_answered']
const OF_THEMSELVES = ['answer', 'play_prompt', 'record_call', 'play_background', 'start_flow', 'update_fields']

/** Whether a turn came without a person: a prompt ended, a call was taken, a field was written. */
function ofItself(turn: TryTurn, kinds: Map<unknown, string>): boolean {
  const event = turn.event
  return event != null && ENDS.includes(event.type) && OF_THEMSELVES.includes(kinds.get(event['command_id']) ?? '')
}
