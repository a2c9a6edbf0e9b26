/** A file of rows: CSV as spreadsheets write it, JSON, or a line of JSON each, read in the browser; a spreadsheet by the server, which measures it first. */
import { records, type Data } from '../../api/records'

export interface Sheet {
  columns: string[]
  rows: Data[]
  /** Of each row, where it stands in the file, from 1. */
  lines: number[]
  /** Whether cells are text that is still to be read by the type. */
  written: boolean
  /** Lines that are no rows of this table. */
  faults: { line: number; message: string }[]
  /** Of a spreadsheet, all sheets that it has, and which one this is. */
  sheets: string[]
  sheet: string | null
}
export class NoTable extends Error {}
const packed = [0x50, 0x4b, 0x03, 0x04]

/** The rows of a file by what it is, whatever its name says; raises NoTable, or what the server says of it. */
export async function readFile(file: File, sheet?: string): Promise<Sheet> {
  const bytes = await file.arrayBuffer()
  const head = new Uint8Array(bytes.slice(0, packed.length))
  if (!packed.every((byte, at) => head[at] === byte)) return readSheet(decoded(bytes))
  const table = await records.readTable(file, sheet)
  const rowOf = (cells: (string | null)[]) => Object.fromEntries(table.columns.flatMap((column, at) => (typeof cells[at] === 'string' ? [[column, cells[at]]] : [])))
  return { ...table, rows: table.rows.map(rowOf), written: true, sheet: sheet ?? table.sheets[0] ?? null }
}

/** The text of a file: UTF-8, UTF-16 by its mark, else as Chinese spreadsheets write it. */
export function decoded(bytes: ArrayBuffer): string {
  const head = new Uint8Array(bytes.slice(0, 2))
  if (head[0] === 0xff && head[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (head[0] === 0xfe && head[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

const plain = { faults: [], sheets: [], sheet: null }

/** The rows of a text; raises NoTable with what is wrong. */
export function readSheet(text: string): Sheet {
  const first = text.trimStart()[0]
  if (first === '[' || first === '{') return ofJson(text)
  const [head, ...lines] = readCsv(text)
  if (!head || head.every((cell) => cell.trim() === '')) throw new NoTable('empty')
  const columns = head.map((cell) => cell.trim())
  const filled = lines.flatMap((line, at) => (line.some((cell) => cell.trim() !== '') ? [{ line, number: at + 2 }] : []))
  const rows = filled.map(({ line }) => Object.fromEntries(columns.flatMap((column, at) => (column === '' || (line[at] ?? '').trim() === '' ? [] : [[column, line[at] ?? '']]))))
  return { ...plain, columns: columns.filter((column) => column !== ''), rows, lines: filled.map((one) => one.number), written: true }
}

function ofJson(text: string): Sheet {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    try {
      found = text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as unknown)
    } catch (error) {
      throw new NoTable(error instanceof Error ? error.message : String(error))
    }
  }
  const rows = (Array.isArray(found) ? found : [found]) as Data[]
  if (rows.some((row) => typeof row !== 'object' || row === null || Array.isArray(row))) throw new NoTable('objects')
  return { ...plain, columns: [...new Set(rows.flatMap((row) => Object.keys(row)))], rows, lines: rows.map((_, at) => at + 1), written: false }
}

/** RFC 4180, with whichever of comma, semicolon and tab the first line has most of. */
export function readCsv(text: string): string[][] {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text
  const delimiter = delimiterOf(plain)
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < plain.length; at += 1) {
    const sign = plain[at]
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (plain[at + 1] === '"') {
        cell += '"'
        at += 1
      } else quoted = false
    } else if (sign === '"' && cell === '') quoted = true
    else if (sign === delimiter) {
      row.push(cell)
      cell = ''
    } else if (sign === '\n' || sign === '\r') {
      if (sign === '\r' && plain[at + 1] === '\n') at += 1
      rows.push([...row, cell])
      row = []
      cell = ''
    } else cell += sign
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell])
  return rows
}

function delimiterOf(text: string): string {
  const head = text.split(/\r?\n/, 1)[0] ?? ''
  const counts = [',', ';', '\t'].map((sign) => [sign, head.split(sign).length] as const)
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0]
}

/** Which column goes to which field: by the field's name or title, however it is written. */
export function matched(columns: readonly string[], fields: readonly { name: string; title: string; schema: { title?: string } }[]): Record<string, string> {
  const bare = (text: string) => text.toLowerCase().replace(/[\s_\-/.()（）]/g, '')
  const names = (field: (typeof fields)[number]) => [field.name, field.title, field.schema.title ?? '', ...(field.schema.title ?? '').split(' / ')].map(bare)
  const found: Record<string, string> = {}
  for (const field of fields) {
    const column = columns.find((one) => names(field).includes(bare(one)) && !Object.values(found).includes(one))
    if (column !== undefined) found[field.name] = column
  }
  return found
}

/** A cell of a table that a spreadsheet opens: nothing in it is taken for a formula. */
export function cellOf(value: unknown): string {
  const text = value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function writeCsv(rows: readonly (readonly unknown[])[]): string {
  return `\ufeff${rows.map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`
}
