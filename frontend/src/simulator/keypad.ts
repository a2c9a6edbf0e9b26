/** Keys as the flow takes them: gathered until there are enough, or the one that ends them is pressed. */
import type { Command, TryEvent } from './turns'

export const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const
export const LETTERS: Record<string, string> = { 2: 'ABC', 3: 'DEF', 4: 'GHI', 5: 'JKL', 6: 'MNO', 7: 'PQRS', 8: 'TUV', 9: 'WXYZ', 0: '+' }

export interface Pressed { keys: string; event: TryEvent | null }

/** The command that keys would answer. */
export function keysFor(pending: readonly Command[]): Command | null {
  return pending.find((command) => command.type === 'gather' || command.type === 'listen' || (command.type === 'play_prompt' && command['barge_in'] === true)) ?? null
}

/** One more key: the keys so far, or the event once they are all there. */
export function press(command: Command, keys: string, key: string): Pressed {
  if (command.type === 'play_prompt') return { keys: '', event: { type: 'playback_finished', command_id: command.id, interrupted: true } }
  if (command.type === 'listen') return { keys: '', event: gathered(command, key, 'max_digits') }
  if (key !== '' && key === command['finish_key']) return { keys: '', event: gathered(command, keys, 'finish_key') }
  const now = keys + key
  return now.length >= Number(command['max_digits'] ?? 1) ? { keys: '', event: gathered(command, now, 'max_digits') } : { keys: now, event: null }
}

/** Nothing more is pressed: what there is counts. */
export function finish(command: Command, keys: string): TryEvent {
  return gathered(command, keys, 'timeout')
}

function gathered(command: Command, digits: string, ended_by: string): TryEvent {
  return { type: 'digits_gathered', command_id: command.id, digits, ended_by }
}
