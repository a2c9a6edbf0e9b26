/**
 * A condition as rows: a name, a relation, a value; all of them or any of them. Pure.
 *
 * What cannot be said in rows (a mix of `and` and `or`, two names compared) is left as it is written.
 */

export const relations = ['is', 'is_not', 'more', 'less', 'at_least', 'at_most', 'contains', 'empty', 'filled'] as const
export type Relation = (typeof relations)[number]

/** `bare`: the value was written as a number, without quotes: "01" equals it, which it does not equal `"1"`. */
export interface Row { name: string; relation: Relation; value: string; bare?: boolean }
export interface Rows { join: 'and' | 'or'; rows: Row[] }

const signs: Record<string, Relation> = { '==': 'is', '!=': 'is_not', '<>': 'is_not', '>': 'more', '<': 'less', '>=': 'at_least', '<=': 'at_most', contains: 'contains' }
const written: Record<Exclude<Relation, 'empty' | 'filled'>, string> = { is: '==', is_not: '!=', more: '>', less: '<', at_least: '>=', at_most: '<=', contains: 'contains' }

const token = /\s*(?:("[^"]*"|'[^']*')|(==|!=|<>|>=|<=|>|<)|(-?\d+(?:\.\d+)?)(?![\w.])|([A-Za-z_][\w.-]*))/y
const plainNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/

/** The rows of a condition; nothing where it cannot be said in rows. */
export function rowsOf(source: string): Rows | null {
  if (source.trim() === '') return { join: 'and', rows: [] }
  const tokens = tokensOf(source)
  if (!tokens) return null
  const rows: Row[] = []
  let join: 'and' | 'or' | undefined
  for (let at = 0; at < tokens.length; at += 4) {
    const [name, relation, value, next] = tokens.slice(at, at + 4)
    const row = rowOf(name, relation, value)
    if (!row) return null
    rows.push(row)
    if (next === undefined) continue
    if ((next !== 'and' && next !== 'or') || (join !== undefined && join !== next) || at + 4 === tokens.length) return null
    join = next
  }
  return { join: join ?? 'and', rows }
}

/** The condition that rows say; rows without a name say nothing. */
export function conditionOf({ join, rows }: Rows): string {
  return rows.filter((row) => row.name.trim() !== '').map(one).join(` ${join} `)
}

/** Whether a relation compares with a value. */
export const hasValue = (relation: Relation): boolean => relation !== 'empty' && relation !== 'filled'

function tokensOf(source: string): string[] | null {
  const found: string[] = []
  token.lastIndex = 0
  while (source.slice(token.lastIndex).trim() !== '') {
    const match = token.exec(source)
    if (!match) return null
    found.push(match[0].trim())
  }
  return found
}

function rowOf(name: string | undefined, relation: string | undefined, value: string | undefined): Row | null {
  const known = relation === undefined ? undefined : signs[relation]
  if (name === undefined || value === undefined || !known || !/^[A-Za-z_]/.test(name) || isWord(name)) return null
  if (value === 'blank' || value === 'empty') {
    if (known !== 'is' && known !== 'is_not') return null
    return { name, relation: known === 'is' ? 'empty' : 'filled', value: '' }
  }
  const quoted = /^["'](.*)["']$/s.exec(value)
  if (quoted) return { name, relation: known, value: quoted[1] ?? '' }
  if (value === 'true' || value === 'false') return { name, relation: known, value }
  return /^-?\d/.test(value) ? { name, relation: known, value, bare: true } : null // else it is another name
}

const orders: readonly Relation[] = ['more', 'less', 'at_least', 'at_most']
const isWord = (name: string): boolean => ['true', 'false', 'nil', 'null', 'blank', 'empty', 'and', 'or', 'not', 'contains'].includes(name)

function one({ name, relation, value, bare }: Row): string {
  if (relation === 'empty') return `${name.trim()} == blank`
  if (relation === 'filled') return `${name.trim()} != blank`
  return `${name.trim()} ${written[relation]} ${literal(value, bare || orders.includes(relation))}`
}

function literal(value: string, bare: boolean): string {
  if ((bare && plainNumber.test(value)) || value === 'true' || value === 'false') return value
  // Liquid knows no escapes: of two kinds of quotes in one text, the inner ones become the other kind.
  return value.includes('"') ? `'${value.replaceAll("'", '’')}'` : `"${value}"`
}
