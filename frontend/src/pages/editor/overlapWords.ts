/** What an overlap is called, and what each side of it says, in words of the form and not of the document. */
import type { FlowDocument, FlowNode, JsonSchema, NodeType } from '../../api/types'
import { languageName } from '../../form/languages'
import type { Overlap } from '../../flow/overlaps'

type Say = (key: string, values?: Record<string, unknown>) => string
export interface Known { document: FlowDocument; types: Record<string, NodeType>; t: Say }

const LONGEST = 240
const FRAME: Record<string, string> = {
  name: 'editor.flowName', description: 'editor.description', languages: 'editor.languages', start: 'editor.startNode', on_hang_up: 'editor.onHangUp', notes: 'editor.note',
}

/** 明天能来吗? · 等待按键 */
export function placeWords({ path, mine, theirs }: Overlap, { document, types, t }: Known): string {
  const [top = '', id = '', part, ...rest] = path
  if (top !== 'nodes') return FRAME[top] ? t(FRAME[top]) : path.join(' · ')
  const node = document.nodes[id] ?? (path.length === 2 ? ((theirs ?? mine) as FlowNode | undefined) : undefined)
  const type = node && types[node.type]
  const name = node?.name || type?.label || id
  if (part === undefined) return name
  return [name, ...partWords(part, rest, type, t)].join(' · ')
}

function partWords(part: string, rest: string[], type: NodeType | undefined, t: Say): string[] {
  if (part === 'name') return [t('editor.nodeName')]
  if (part === 'outlets') return [t('editor.outlets'), ...rest.map((outlet) => type?.outlets.find((one) => one.id === outlet)?.label ?? outlet)]
  if (part !== 'config') return [part, ...rest]
  const [field = '', ...deeper] = rest
  const schema: JsonSchema | undefined = type?.schema.properties?.[field]
  return [schema?.title ?? field, ...deeper.map((key) => (/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(key) && key.length > 1 ? languageName(key) : key))].filter(Boolean)
}

/** A value as people read it: a node's name, a text, a number; long ones are cut. */
export function valueWords(value: unknown, { path }: Overlap, { document, types, t }: Known): string {
  if (value === undefined) return t('together.takenOut')
  const nodeName = (id: string) => document.nodes[id]?.name || types[document.nodes[id]?.type ?? '']?.label || id
  const leads = path[2] === 'outlets' || path[0] === 'start' || path[0] === 'on_hang_up'
  if (typeof value === 'string') return cut(leads && path.length !== 2 ? nodeName(value) : value || t('together.empty'))
  if (value === true || value === false) return t(value ? 'together.on' : 'together.off')
  if (value === null) return t('together.empty')
  if (typeof value === 'number') return String(value)
  if (path.length === 2 && path[0] === 'nodes') return cut((value as FlowNode).name || types[(value as FlowNode).type]?.label || t('together.changedNode'))
  return cut(leaves(value).join(' · '))
}

function leaves(value: unknown): string[] {
  if (value === null || value === undefined || value === '') return []
  if (Array.isArray(value)) return value.flatMap(leaves)
  if (typeof value === 'object') return Object.values(value).flatMap(leaves)
  return [typeof value === 'string' ? value : JSON.stringify(value)]
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)
