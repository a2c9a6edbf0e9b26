/** Faults and warnings by the place they name, so that each shows on its node, its outlet and its field. */
import type { Checked, Fault, NodeType } from '../api/types'

export interface Issue extends Fault { level: 'error' | 'warning'; node: string | null }
export interface NodeIssues { errors: number; warnings: number; first: Issue | null; outlets: string[] }

const NODE = /^nodes\.([a-z][a-z0-9_]*)(?:\.|$)/
const OUTLET = /^nodes\.[a-z][a-z0-9_]*\.outlets\.(.+)$/

export function issuesOf(checked: Checked | null): Issue[] {
  if (!checked) return []
  const as = (level: Issue['level']) => (fault: Fault): Issue => ({ ...fault, level, node: NODE.exec(fault.path)?.[1] ?? null })
  return [...checked.errors.map(as('error')), ...checked.warnings.map(as('warning'))]
}

export function byNode(issues: Issue[]): Map<string, NodeIssues> {
  const all = new Map<string, NodeIssues>()
  for (const issue of issues) {
    if (!issue.node) continue
    const entry = all.get(issue.node) ?? { errors: 0, warnings: 0, first: null, outlets: [] }
    if (issue.level === 'error') {
      entry.errors += 1
      entry.first ??= issue
    } else entry.warnings += 1
    const outlet = OUTLET.exec(issue.path)?.[1]
    if (outlet) entry.outlets.push(outlet)
    all.set(issue.node, entry)
  }
  return all
}

/** The faults and warnings of one node's config, with paths relative to it: `choices.0.key`. */
export function configFaults(issues: Issue[], node: string): (Fault & { level: Issue['level'] })[] {
  const prefix = `nodes.${node}.config`
  return issues
    .filter((issue) => issue.path === prefix || issue.path.startsWith(`${prefix}.`))
    .map(({ path, message, level }) => ({ path: path.slice(prefix.length + 1), message, level }))
}

const CONFIG = /^nodes\.[a-z][a-z0-9_]*\.config\.([^.]+)(?:\.(\d+))?/

/** A fault as it is read away from its field: with the field's title, and the row of a list. */
export function spoken(issue: Issue, type: NodeType | undefined, colon: string): string {
  const [, field, row] = CONFIG.exec(issue.path) ?? []
  const title = field ? type?.schema.properties?.[field]?.title : undefined
  if (!title) return issue.message
  return `${title}${row === undefined ? '' : ` ${Number(row) + 1}`}${colon}${issue.message}`
}
