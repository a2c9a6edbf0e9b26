/** Reading and changing members of a config without touching what stands beside them. */

/** What stands at a path, or nothing. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value
  return path.split('.').reduce<unknown>((at, name) => (isRecord(at) || Array.isArray(at) ? (at as Record<string, unknown>)[name] : undefined), value)
}

/** The object with one member changed; `undefined` takes it out, so that its default holds. */
export function withMember(object: Record<string, unknown>, name: string, member: unknown): Record<string, unknown> {
  if (member !== undefined) return { ...object, [name]: member }
  return Object.fromEntries(Object.entries(object).filter(([one]) => one !== name))
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The list with one item moved to another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, place) => place !== from)
  const item = list[from]
  return item === undefined ? [...list] : [...rest.slice(0, to), item, ...rest.slice(to)]
}
