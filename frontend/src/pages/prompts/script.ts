/** What a speaker reads from: every prompt with its place, as a table. */
import type { TFunction } from 'i18next'
import { languageName } from '../../form/languages'
import { contentOf, isManner, kindOf, toParts, type Spoken } from '../../form/prompt'
import { writeCsv } from '../records/table'
import type { FlowPrompts } from './sheet'

export const words = (spoken: Spoken | undefined): string => toParts(spoken).filter((part) => !isManner(part)).map((part) => (kindOf(part) === 'pause' ? '…' : String(contentOf(part)))).join(' ')

export function linesOf(flows: readonly FlowPrompts[]): string[][] {
  return flows.flatMap((flow) => flow.rows.flatMap((row) => row.cells.map((cell) => [flow.name, row.name, `${row.node}.${row.path.join('.')}`, languageName(cell.language), words(cell.spoken), String(cell.seconds)])))
}

export function script(flows: readonly FlowPrompts[], t: TFunction): void {
  const head = ['flow', 'node', 'place', 'language', 'words', 'seconds'].map((name) => t(`prompts.column.${name}`))
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([writeCsv([head, ...linesOf(flows)])], { type: 'text/csv' }))
  link.download = 'prompts.csv'
  link.click()
  URL.revokeObjectURL(link.href)
}
