/** Changing what stands at a place of the document, named as faults name it: `nodes.ask.config.choices.2`. */
import { isRecord } from '../form/value'

type Edit = (value: unknown) => unknown

/** The value with the one at `path` put through `edit`; `undefined` takes it out. What is not there stays away. */
export function changedAt<T>(value: T, path: string, edit: Edit): T {
  return step(value, path.split('.'), edit) as T
}

function step(value: unknown, path: readonly string[], edit: Edit): unknown {
  const [name, ...rest] = path
  if (name === undefined) return edit(value)
  if (Array.isArray(value)) {
    const list = value as unknown[]
    const at = Number(name)
    if (!Number.isInteger(at) || at < 0 || at >= list.length) return value
    const next = step(list[at], rest, edit)
    if (next === list[at]) return value
    return next === undefined ? list.filter((_, place) => place !== at) : list.map((one, place) => (place === at ? next : one))
  }
  if (!isRecord(value) || (!(name in value) && rest.length > 0)) return value
  const next = step(value[name], rest, edit)
  if (next === value[name]) return value
  if (next !== undefined) return { ...value, [name]: next }
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))
}
