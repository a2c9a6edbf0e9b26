/** How the properties of a config are laid out: parts divided by hairlines, then what is folded away. */
import { isBlock, isShort, pick } from './pick'
import type { Property } from './schema'

/** Fields of one line: one, or two short ones abreast. */
export type Line = Property[]

export interface Layout {
  /** Each part is one block with a heading, or several lines of plain fields. */
  parts: Line[][]
  folded: Property[]
}

export function layOut(properties: readonly Property[]): Layout {
  const shown = properties.filter((one) => pick(one.schema) !== 'hidden')
  const open = shown.filter((one) => one.schema.group !== 'advanced')
  const folded = shown.filter((one) => one.schema.group === 'advanced')
  const parts: Line[][] = []
  let plain: Property[] = []
  const close = () => {
    if (plain.length > 0) parts.push(pair(plain))
    plain = []
  }
  for (const property of open) {
    if (isBlock(pick(property.schema))) {
      close()
      parts.push([[property]])
    } else {
      plain.push(property)
    }
  }
  close()
  return { parts, folded }
}

/** Puts short fields that follow each other two abreast. */
export function pair(properties: readonly Property[]): Line[] {
  const lines: Line[] = []
  for (const property of properties) {
    const last = lines.at(-1)
    const short = isShort(pick(property.schema))
    if (short && last?.length === 1 && last[0] && isShort(pick(last[0].schema))) last.push(property)
    else lines.push([property])
  }
  return lines
}
