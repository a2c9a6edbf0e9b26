/** Names and values at a step, as templates write them, and which of them this step has changed. */
import type { TryTurn } from './turns'

export interface Named { name: string; value: unknown; changed: boolean; node: string | null }

function flat(turn: TryTurn | undefined): Map<string, { value: unknown; node: string | null }> {
  const all = new Map<string, { value: unknown; node: string | null }>()
  if (!turn) return all
  for (const [name, value] of Object.entries(turn.vars)) all.set(`vars.${name}`, { value, node: null })
  for (const [node, result] of Object.entries(turn.results)) {
    for (const [name, value] of Object.entries(result)) if (value !== null && value !== '') all.set(`results.${node}.${name}`, { value, node })
  }
  for (const [name, value] of Object.entries(turn.record)) all.set(`record.${name}`, { value, node: null })
  for (const [name, value] of Object.entries(turn.contact)) all.set(`contact.${name}`, { value, node: null })
  return all
}

/** Every name that has a value after `turn`; those that it did not have after `before` are changed. */
export function namesAt(turn: TryTurn | undefined, before: TryTurn | undefined): Named[] {
  const earlier = flat(before)
  return [...flat(turn)].map(([name, { value, node }]) => ({
    name, value, node, changed: before !== undefined && JSON.stringify(earlier.get(name)?.value) !== JSON.stringify(value),
  }))
}

export function shown(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
