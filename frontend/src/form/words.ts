/** A field's value in a few words, for the row that stands for it while it is folded away. */
import type { TFunction } from 'i18next'
import i18n from '../i18n'
import { pick } from './pick'
import { unitOf } from './plain'
import { meaningOf } from './times'
import { type Spoken, isManner, spokenIn, toParts } from './prompt'
import { type JsonSchema, labelOf } from './schema'

export function inWords(schema: JsonSchema, value: unknown, languages: readonly string[], t: TFunction): string {
  const widget = pick(schema)
  const unset = value === undefined || value === null
  const effective = unset ? schema.default : value
  if (effective === undefined || effective === null || effective === '') return schema.placeholder ?? t(effective === '' && schema.default ? 'form.none' : 'form.unset')
  if (unset && schema.placeholder) return schema.placeholder
  switch (widget) {
    case 'prompt': {
      const spoken = languages.map((one) => spokenIn(effective, one)).find((one) => one !== undefined)
      return t('form.quoted', { text: flat(spoken) })
    }
    case 'switch':
      return effective === true ? t('form.on') : t('form.off')
    case 'seconds':
    case 'number': {
      const unit = unitOf(schema, t)
      return unit ? t('form.amount', { amount: effective as number, unit }) : String(effective)
    }
    case 'select':
      return labelOf(schema, effective)
    case 'duration':
    case 'offset':
    case 'moment':
    case 'due':
      return (typeof effective === 'string' && meaningOf(schema, effective, i18n.language, t)) || String(effective)
    case 'list':
    case 'variables':
    case 'object':
      return t('form.entries', { count: Object.keys(effective as object).length })
    default:
      return typeof effective === 'string' ? effective : JSON.stringify(effective)
  }
}

function flat(spoken: Spoken | undefined): string {
  return toParts(spoken)
    .filter((part) => !isManner(part))
    .map((part) => String(Object.values(part)[0]))
    .join(' ')
}
