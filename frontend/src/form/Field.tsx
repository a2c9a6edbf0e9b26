/** One property: its label, its widget, its help and its faults. */
import { Form, Tooltip } from 'antd'
import type { TFunction } from 'i18next'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../icons/Icon'
import { HeldBy } from '../together/HeldBy'
import { useFieldHolder } from '../together/holding'
import { type Fault, join, within } from './faults'
import { languageName } from './languages'
import { pick, showsMembers } from './pick'
import type { Property } from './schema'
import { type WidgetProps, useForm } from './scope'
import { widgets } from './widgets'

export interface FieldProps {
  property: Property
  path: string
  value: unknown
  onChange: (value: unknown) => void
  /** Leaves the label out: it stands already beside the field. */
  bare?: boolean
}

export function Field({ property, path, value, onChange, bare = false }: FieldProps) {
  const { schema, name, required } = property
  const { show, touch, languages } = useForm()
  const { t } = useTranslation()
  const id = useId()
  const holder = useFieldHolder(path)
  const widget = pick(schema)
  const faults = named(show(path, !showsMembers(widget)), path, languages, t)
  const invalid = faults.some((fault) => fault.level !== 'warning')
  const label = schema.title ?? name
  const described = [schema.description && `${id}-help`, faults.length > 0 && `${id}-faults`].filter(Boolean).join(' ')
  const own: WidgetProps = {
    id, path, schema, value, onChange, required, invalid,
    describedBy: described || undefined,
    label,
  }
  const Widget = widgets[widget].component
  const heads = widgets[widget].ownHead === true
  const mark = <Label text={label} help={bare ? undefined : schema.description} required={required} />
  const help = schema.description && (
    <span id={`${id}-help`} className="nf-sr">
      {schema.description}
    </span>
  )
  const notes = faults.length > 0 && <Faults id={`${id}-faults`} faults={faults} />
  const state = invalid ? 'error' : faults.length > 0 ? 'warning' : undefined

  let body: ReactNode
  if (heads) {
    body = (
      <div role="group" aria-label={label} className="nf-group" data-state={state}>
        <Widget {...own} head={bare ? null : mark} />
        {help}
        {notes}
      </div>
    )
  } else if (widget === 'switch') {
    body = (
      <div className="nf-switch">
        {!bare && <label htmlFor={id}>{mark}</label>}
        <Widget {...own} />
        {help}
        {notes}
      </div>
    )
  } else {
    body = (
      <Form.Item
        layout="vertical"
        label={bare ? undefined : mark}
        htmlFor={id}
        validateStatus={state ?? ''}
        help={notes || undefined}
        className="nf-item"
      >
        <Widget {...own} />
        {help}
      </Form.Item>
    )
  }
  return (
    <div className={holder ? `nf-field held tint-${holder.tint}` : 'nf-field'} inert={holder !== undefined} data-field={path} data-widget={widget} onBlur={() => touch(path)}>
      {holder && <HeldBy person={holder} />}
      {body}
    </div>
  )
}

/** Faults of one language of several say which. */
function named(faults: readonly Fault[], path: string, languages: readonly string[], t: TFunction): Fault[] {
  return faults.map((fault) => {
    const language = languages.find((one) => within(fault.path, join(path, one)))
    if (language === undefined || languages.length === 1) return fault
    return { ...fault, message: t('form.inLanguage', { language: languageName(language), message: fault.message }) }
  })
}

function Label({ text, help, required }: { text: string; help: string | undefined; required: boolean }) {
  return (
    <Tooltip title={help} placement="topLeft">
      <span className="nf-label">
        {text}
        {required && (
          <span className="nf-required" aria-hidden="true">
            *
          </span>
        )}
      </span>
    </Tooltip>
  )
}

/** Faults as lines with an icon; read out as they come. */
export function Faults({ id, faults }: { id?: string; faults: readonly Fault[] }) {
  return (
    <div id={id} className="nf-faults" role="status">
      {faults.map((fault) => (
        <div key={`${fault.path}:${fault.message}`} className={fault.level === 'warning' ? 'nf-fault nf-warn' : 'nf-fault'}>
          <Icon name={fault.level === 'warning' ? 'warn' : 'err'} size={14} />
          <span>{fault.message}</span>
        </div>
      ))}
    </div>
  )
}
