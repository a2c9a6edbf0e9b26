/** What is wrong where. Paths are those of the server: names and indices joined by dots, from the config's root. */

export interface Fault {
  path: string
  message: string
  level?: 'error' | 'warning'
}

/** The path of a member, which is the member's name at the root. */
export function join(path: string, member: string | number): string {
  return path === '' ? String(member) : `${path}.${member}`
}

/** True if `path` is `parent` or lies below it. */
export function within(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`)
}

/** The faults of one field: only its own, or with all that lie below it. */
export function faultsAt(faults: readonly Fault[], path: string, deep: boolean): Fault[] {
  return faults.filter((fault) => (deep ? within(fault.path, path) : fault.path === path))
}

/** The faults that no field will show: about the config as a whole, or about something the form does not know. */
export function unplaced(faults: readonly Fault[], names: readonly string[]): Fault[] {
  return faults.filter((fault) => !names.some((name) => within(fault.path, name)))
}
