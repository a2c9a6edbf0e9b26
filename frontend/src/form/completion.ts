/** Which names to offer while a template is being written. Pure: text and caret in, names out. */
import type { TemplateName } from './scope'

/** A name that was begun: where it stands, what of it is there, and whether its braces are still open. */
export interface Started {
  from: number
  to: number
  text: string
  close: boolean
}

const atMost = 8

export function startedName(text: string, caret: number, expression: boolean): Started | undefined {
  const before = text.slice(0, caret)
  const match = expression ? /(?:^|[^\w."'])([a-z][\w.]*)$/i.exec(before) : /\{\{\s*([\w.]*)$/.exec(before)
  if (!match || insideQuotes(before, expression)) return undefined
  const name = match[1] ?? ''
  const close = !expression && !/^\s*[|}\w.]/.test(text.slice(caret))
  return { from: caret - name.length, to: caret, text: name, close }
}

function insideQuotes(before: string, expression: boolean): boolean {
  return expression && (before.split('"').length % 2 === 0 || before.split("'").length % 2 === 0)
}

export function offered(names: readonly TemplateName[], started: Started): TemplateName[] {
  const wanted = started.text.toLowerCase()
  const fits = names.filter((one) => one.name.toLowerCase().includes(wanted) || one.label?.toLowerCase().includes(wanted))
  if (fits.length === 1 && fits[0]?.name === started.text) return []
  const rank = (one: TemplateName) => (one.name.toLowerCase().startsWith(wanted) ? 0 : 1)
  return [...fits].sort((a, b) => rank(a) - rank(b)).slice(0, atMost)
}

/** What takes the place of the begun name. */
export function written(name: string, started: Started): string {
  return started.close ? `${name} }}` : name
}
