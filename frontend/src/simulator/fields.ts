/** Plain data as a person types it: a line for each name, `ward: cardio`; a blank line between two rows. */
export type Data = Record<string, unknown>

/** Data as lines; what is no plain value stands as JSON. */
export function toLines(data: Data): string {
  return Object.entries(data).map(([name, value]) => `${name}: ${typeof value === 'string' && !looksTyped(value) ? value : JSON.stringify(value)}`).join('\n')
}

export interface Read<T> { value: T; wrong: number | null }

/** The data in these lines; `wrong` is the first line that is none, from 1. */
export function fromLines(text: string): Read<Data> {
  const value: Data = {}
  let wrong: number | null = null
  text.split('\n').forEach((line, at) => {
    if (line.trim() === '') return
    const sign = line.search(/[:：]/)
    const name = sign > 0 ? line.slice(0, sign).trim() : ''
    if (name === '') wrong ??= at + 1
    else value[name] = plain(line.slice(sign + 1).trim())
  })
  return { value, wrong }
}

/** Rows, a blank line between two. */
export function fromRows(text: string): Read<Data[]> {
  const value: Data[] = []
  let wrong: number | null = null
  let before = 0
  for (const block of text.split(/\n[ \t]*\n/)) {
    const row = fromLines(block)
    if (row.wrong !== null) wrong ??= before + row.wrong
    if (Object.keys(row.value).length > 0) value.push(row.value)
    before += block.split('\n').length + 1
  }
  return { value, wrong }
}

/** What somebody typed as an answer: JSON if it is, lines of names if it is, else the text itself. */
export function fromAnything(text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === '') return ''
  try {
    return JSON.parse(trimmed) as unknown
  } catch {
    const lines = fromLines(text)
    return lines.wrong === null ? lines.value : trimmed
  }
}

/** Long numbers are telephone, card and patient numbers: text. */
const TYPED = /^(?:-?(?:0|[1-9]\d{0,6})(?:\.\d+)?|true|false|null|[[{"].*)$/s
const looksTyped = (text: string): boolean => TYPED.test(text)

function plain(text: string): unknown {
  if (!looksTyped(text)) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
