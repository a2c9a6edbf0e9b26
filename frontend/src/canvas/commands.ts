/**
 * Everything that can be done on the drawing, in one table: what the keys, the command list, the key list and the
 * buttons do is looked up here. `keys` are written as `mod+shift+l`; mod is ⌘ on a Mac and Ctrl elsewhere.
 */
import type { FlowDocument } from '../api/types'
import { groupOfKey, nodesSelected } from '../drawing/groups'
import { noteIndex } from '../flow/store'

export type CommandGroup = 'edit' | 'arrange' | 'find' | 'view'
export interface Command {
  id: string
  group: CommandGroup
  keys?: string
  /** A second way that is not shown. */
  also?: string
  /** What must be there for it to make sense. */
  needs?: Need
  /** It works while a field has the focus, too. */
  anywhere?: boolean
}
export type Need = 'undo' | 'redo' | 'anything' | 'node' | 'nodes' | 'three' | 'group' | 'member' | 'card' | 'flow'

export const commands = [
  { id: 'undo', group: 'edit', keys: 'mod+z', needs: 'undo' },
  { id: 'redo', group: 'edit', keys: 'mod+shift+z', also: 'mod+y', needs: 'redo' },
  { id: 'copy', group: 'edit', keys: 'mod+c', needs: 'anything' },
  { id: 'cut', group: 'edit', keys: 'mod+x', needs: 'anything' },
  { id: 'paste', group: 'edit', keys: 'mod+v' },
  { id: 'duplicate', group: 'edit', keys: 'mod+d', needs: 'anything' },
  { id: 'delete', group: 'edit', keys: 'delete', also: 'backspace', needs: 'anything' },
  { id: 'deleteWhole', group: 'edit', keys: 'alt+delete', also: 'alt+backspace', needs: 'node' },
  { id: 'selectAll', group: 'edit', keys: 'mod+a', needs: 'card' },
  { id: 'rename', group: 'edit', keys: 'f2', needs: 'anything' },
  { id: 'inspect', group: 'edit', keys: 'enter', needs: 'anything' },
  { id: 'add', group: 'edit', keys: '/' },
  { id: 'note', group: 'edit', keys: 'n' },
  { id: 'tidy', group: 'arrange', keys: 'mod+shift+l', needs: 'card' },
  { id: 'group', group: 'arrange', keys: 'mod+g', needs: 'node' },
  { id: 'fold', group: 'arrange', keys: '.', needs: 'group' },
  { id: 'ungroup', group: 'arrange', needs: 'group' },
  { id: 'takeOut', group: 'arrange', needs: 'member' },
  { id: 'subflow', group: 'arrange', keys: 'mod+shift+g', needs: 'node' },
  { id: 'left', group: 'arrange', needs: 'nodes' },
  { id: 'centre', group: 'arrange', needs: 'nodes' },
  { id: 'right', group: 'arrange', needs: 'nodes' },
  { id: 'top', group: 'arrange', needs: 'nodes' },
  { id: 'middle', group: 'arrange', needs: 'nodes' },
  { id: 'bottom', group: 'arrange', needs: 'nodes' },
  { id: 'across', group: 'arrange', needs: 'three' },
  { id: 'down', group: 'arrange', needs: 'three' },
  { id: 'find', group: 'find', keys: 'mod+f', anywhere: true },
  { id: 'commands', group: 'find', keys: 'mod+k', anywhere: true },
  { id: 'keys', group: 'find', keys: '?' },
  { id: 'try', group: 'view', keys: 't', needs: 'card' },
  { id: 'fit', group: 'view', keys: 'f', needs: 'card' },
  { id: 'full', group: 'view', keys: '1' },
  { id: 'zoomIn', group: 'view', keys: '+', also: '=' },
  { id: 'zoomOut', group: 'view', keys: '-' },
] as const satisfies readonly Command[]

export type CommandId = (typeof commands)[number]['id']

/** Keys that belong to no command, told in the key list beside the others. */
export const gestures = [
  { id: 'walk', group: 'find', keys: 'arrows' },
  { id: 'nudge', group: 'arrange', keys: 'alt+arrows' },
  { id: 'resize', group: 'arrange', keys: 'alt+shift+arrows' },
  { id: 'type', group: 'edit', keys: 'letter' },
  { id: 'leave', group: 'edit', keys: 'escape' },
  { id: 'panels', group: 'view', keys: '[ ]' },
  { id: 'copyDrag', group: 'edit', keys: 'shift+drag' },
] as const

export interface Situation { document: FlowDocument; selected: readonly string[]; edge: unknown; undo: boolean; redo: boolean }

export function can(command: Command, now: Situation): boolean {
  const nodes = () => nodesSelected(now.document, now.selected)
  switch (command.needs) {
    case undefined: return true
    case 'undo': return now.undo
    case 'redo': return now.redo
    case 'anything': return now.selected.length > 0 || (command.id === 'delete' && now.edge !== null)
    case 'card': case 'flow': return Object.keys(now.document.nodes).length > 0
    case 'node': return nodes().length > 0
    case 'nodes': return now.selected.length > 1
    case 'three': return now.selected.length > 2
    case 'group': return now.selected.some((key) => groupOfKey(key) !== null)
    case 'member': return now.selected.some((key) => noteIndex(key) === null && now.document.nodes[key]?.group !== undefined)
  }
}

interface Pressed { key: string; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean }

/** The command of a key that was pressed. */
export function commandOf(pressed: Pressed): Command | null {
  const key = pressed.key.toLowerCase()
  const mod = pressed.ctrlKey || pressed.metaKey
  const matches = (chord: string | undefined) => {
    if (chord === undefined) return false
    const parts = chord === '+' ? ['+'] : chord.split('+')
    const wanted = parts.at(-1)
    // "?" and "+" need Shift on some keyboards and not on others: the sign says it all.
    const sign = wanted !== undefined && wanted.length === 1 && !/[a-z0-9]/.test(wanted)
    return wanted === key && parts.includes('mod') === mod && parts.includes('alt') === pressed.altKey && (sign || parts.includes('shift') === pressed.shiftKey)
  }
  return (commands as readonly Command[]).find((command) => matches(command.keys) || matches(command.also)) ?? null
}

const MAC = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '')
const SIGNS: Record<string, string> = MAC
  ? { mod: '⌘', shift: '⇧', alt: '⌥', delete: '⌫', enter: '↵', escape: 'Esc', arrows: '←↑↓→' }
  : { mod: 'Ctrl', shift: 'Shift', alt: 'Alt', delete: 'Del', enter: '↵', escape: 'Esc', arrows: '←↑↓→' }

/** A chord as its keys are called on this machine: `Ctrl Shift L`, `⇧⌘L`. */
export function keysShown(chord: string): string[] {
  if (chord === '+') return ['+']
  return chord.split(/\+(?=.)/).map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part === 'f2' ? 'F2' : part))
}
