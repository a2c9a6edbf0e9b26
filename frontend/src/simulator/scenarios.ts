/** Scenarios of a draft: what a saved one expects, and what all of them have walked. */
import type { Walked } from '../canvas/live'
import type { FlowDocument } from '../api/types'

export interface Scenario { name: string; steps: Step[]; [key: string]: unknown }
interface Step { event?: Record<string, unknown>; advance_clock?: string; expect?: Record<string, unknown> }
export interface Failure { step: number; path: string; expected: unknown; actual: unknown }
export interface Played { name: string; passed: boolean; error: string; failures: Failure[]; walked: Walked[] }
export interface Covered { node: string; walked: number; outlets: string[]; missing: string[] }
export interface Run { results: Played[]; coverage: { nodes: [number, number]; outlets: [number, number]; rows: Covered[] } }

/** A scenario that looks at the way alone, so that a prompt may be worded anew without breaking it. */
export function onlyTheWay(scenario: Scenario): Scenario {
  return {
    ...scenario,
    steps: scenario.steps.map((step) => {
      if (!step.expect) return step
      const { commands: _commands, ...expect } = step.expect
      return { ...step, expect }
    }),
  }
}

export function scenariosOf(document: FlowDocument): Scenario[] {
  return (document.scenarios ?? []).filter((one): one is Scenario => typeof one === 'object' && one !== null)
}

/** The document with this scenario; one of the same name is replaced. */
export function withScenario(document: FlowDocument, scenario: Scenario): FlowDocument {
  const others = (document.scenarios ?? []).filter((one) => (one as Scenario | null)?.name !== scenario.name)
  return { ...document, scenarios: [...others, scenario] }
}

export function without(document: FlowDocument, at: number): FlowDocument {
  return { ...document, scenarios: (document.scenarios ?? []).filter((_, place) => place !== at) }
}

/** A name that is not taken yet: `Return visit 2`. */
export function freeName(document: FlowDocument, wanted: string): string {
  const taken = new Set(scenariosOf(document).map((one) => one.name))
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted} ${number}`
    if (!taken.has(name)) return name
  }
}

/** What all scenarios together have walked, as a way over the drawing. */
export function coveredWay(run: Run): Walked[] {
  return run.coverage.rows.flatMap((row): Walked[] => {
    if (row.walked === 0) return []
    const taken = row.outlets.filter((outlet) => !row.missing.includes(outlet))
    return taken.length > 0 ? taken.map((outlet) => ({ node: row.node, outlet })) : [{ node: row.node, outlet: null }]
  })
}

/** The outlets that no scenario has taken, by node. */
export function missingOf(run: Run): Record<string, string[]> {
  return Object.fromEntries(run.coverage.rows.filter((row) => row.missing.length > 0 || row.walked === 0).map((row) => [row.node, row.missing]))
}
