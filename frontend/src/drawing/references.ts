/**
 * The names that templates and conditions read of a run: `results.ask.value`, `vars.ward`. Found and rewritten wherever
 * they stand in a config, so that a copied or moved node goes on reading what it read.
 */
import { isRecord } from '../form/value'

export type Root = 'results' | 'vars'

const CODE = /\{\{.*?\}\}|\{%.*?%\}/gs
const NAME = /(?<![\w.\]'"])(results|vars)(?:\.([a-z][a-z0-9_]*)|\[\s*(["'])([a-z][a-z0-9_]*)\3\s*\])/g

/** What stands there now, by what is to stand there; null leaves it. */
export type Rewrite = (root: Root, name: string) => string | null

/** The value with every name put through `rewrite`; the same object where nothing changed. */
export function rewritten<T>(value: T, rewrite: Rewrite): T {
  return walk(value, (code) => code.replace(NAME, (whole, root: Root, dotted: string | undefined, _quote, quoted: string | undefined) => rewrite(root, dotted ?? quoted ?? '') ?? whole)) as T
}

/** Every name that is read in a value, each once: `results.ask`, `vars.ward`. */
export function namesIn(value: unknown, root: Root): string[] {
  const found = new Set<string>()
  rewritten(value, (one, name) => {
    if (one === root) found.add(name)
    return null
  })
  return [...found]
}

function walk(value: unknown, change: (code: string) => string): unknown {
  if (Array.isArray(value)) {
    const list = (value as unknown[]).map((one) => walk(one, change))
    return list.some((one, at) => one !== (value as unknown[])[at]) ? list : value
  }
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, one]) => [key, walk(one, change)] as const)
    return entries.some(([key, one]) => one !== value[key]) ? Object.fromEntries(entries) : value
  }
  if (typeof value !== 'string') return value
  if (value.includes('{{') || value.includes('{%')) return value.replace(CODE, change)
  // A condition is an expression without braces; an address is not.
  return value.includes('://') ? value : change(value)
}
