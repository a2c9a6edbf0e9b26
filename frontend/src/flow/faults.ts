/** Faults and warnings by the place they name, so that each shows on its node, its outlet and its field. */
import type { Checked, Fault, FlowDocument, NodeType, OutletInfo } from '../api/types'

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

/** The faults of a node itself: neither in its config nor at one of its outlets. */
export function ownFaults(issues: Issue[], node: string): Issue[] {
  return issues.filter((issue) => issue.node === node && !issue.path.startsWith(`nodes.${node}.config`) && !OUTLET.test(issue.path))
}

/** What stands at each outlet of a node. */
export function outletFaults(issues: Issue[], node: string): Map<string, Issue[]> {
  const all = new Map<string, Issue[]>()
  for (const issue of issues) {
    const outlet = issue.node === node ? OUTLET.exec(issue.path)?.[1] : undefined
    if (outlet !== undefined) all.set(outlet, [...(all.get(outlet) ?? []), issue])
  }
  return all
}

const CONFIG = /^nodes\.[a-z][a-z0-9_]*\.config\.([^.]+)(?:\.(\d+))?/

/** What is known of the node that a fault is about. */
export interface About { type: NodeType | undefined; outlets: OutletInfo[] }
/** What the names in a fault's path are called. An outlet that the node does not have is called nothing. */
export function aboutNode(id: string | null, document: FlowDocument, checked: Checked | null, types: Record<string, NodeType>): About {
  const node = id ? document.nodes[id] : undefined
  const type = node && types[node.type]
  return { type, outlets: (id && checked?.nodes[id]?.outlets) || (type?.outlets ?? []) }
}

type Say = (key: string, values: Record<string, unknown>) => string
/** What the flow's own settings are called, by their path. */
const FRAME: Record<string, string> = { name: 'editor.flowName', languages: 'editor.languages', record_type: 'editor.recordType', start: 'editor.startNode', on_hang_up: 'editor.onHangUp' }

/** A fault as it is read away from its place: with the field's title and the row of a list, or with the outlet's name. */
export function spoken(issue: Issue, { type, outlets }: About, t: Say): string {
  const loose = OUTLET.exec(issue.path)?.[1]
  const outlet = loose === undefined ? undefined : outlets.find((one) => one.id === loose)
  if (outlet) return t('editor.outletFault', { outlet: outlet.label, message: issue.message })
  const frame = FRAME[issue.path.split('.')[0] ?? '']
  if (frame) return t('editor.fieldFault', { field: t(frame, {}), message: issue.message })
  const [, field, row] = CONFIG.exec(issue.path) ?? []
  const title = field ? type?.schema.properties?.[field]?.title : undefined
  if (!title) return issue.message
  return t('editor.fieldFault', { field: row === undefined ? title : `${title} ${Number(row) + 1}`, message: issue.message })
}
