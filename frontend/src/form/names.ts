/** The names that templates of a node may use, with what each means: the call's own, the record's, what nodes before it give and set. */
import type { TFunction } from 'i18next'
import type { Checked, FlowDocument, NodeType } from '../api/types'
import { before } from '../flow/before'
import { outletsOf } from '../flow/outlets'
import { pick } from './pick'
import { type JsonSchema, propertiesOf } from './schema'
import type { TemplateName } from './scope'
import { isRecord } from './value'

/** Every voice node has these; a node that has no others besides one way on gives no answer. */
const common = new Set(['failed', 'hung_up'])

export function namesOf(document: FlowDocument, types: Record<string, NodeType>, checked: Checked | null, t: TFunction, at?: { node: string; fields: readonly TemplateName[] }): TemplateName[] {
  const names: TemplateName[] = [
    { name: 'call.from', label: t('form.nameFrom') },
    { name: 'call.to', label: t('form.nameTo') },
    { name: 'contact.name', label: t('form.nameContact') },
    { name: 'contact.phone', label: t('form.namePhone') },
    { name: 'now', label: t('form.nameNow') },
    { name: 'flow.name', label: t('form.nameFlow') },
    ...(at?.fields ?? []),
  ]
  const ran = at ? before(document, at.node) : null
  const set = new Map<string, TemplateName>()
  for (const [id, node] of Object.entries(document.nodes)) {
    if (ran && !ran.has(id)) continue
    const type = types[node.type]
    const label = node.name || type?.label || id
    const own = outletsOf(node, checked?.nodes[id], type).filter((outlet) => !common.has(outlet.id))
    if (own.length > 1) names.push({ name: `results.${id}.value`, label })
    const schema = type?.schema as JsonSchema | undefined
    for (const property of schema ? propertiesOf(schema, schema) : []) {
      const value = node.config?.[property.name]
      if (pick(property.schema) !== 'variables' || !isRecord(value)) continue
      for (const name of Object.keys(value)) set.set(name, { name: `vars.${name}`, label })
    }
  }
  return [...names, ...set.values()]
}
