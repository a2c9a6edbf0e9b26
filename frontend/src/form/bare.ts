/** What fields need that stand outside of a node's form: nothing around them but what is given. */
import { type Fault, faultsAt } from './faults'
import type { FormScope } from './scope'

export function bareScope(given: Partial<FormScope> & { faults?: readonly Fault[] }): FormScope {
  const faults = given.faults ?? []
  return {
    root: {}, languages: [], names: [], targets: new Map(), offers: {}, goal: null, sampling: null, hearing: null,
    show: (path, deep) => faultsAt(faults, path, deep), touch: () => undefined, outletRenamed: () => undefined, ...given, faults,
  }
}
