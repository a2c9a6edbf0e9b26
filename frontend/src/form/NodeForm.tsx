/**
 * The form of a node's config, drawn from its JSON Schema.
 *
 * It knows no node type: what a field looks like hangs on the field's `widget`. What the schema does not name is kept
 * untouched, and a fault stands at the field whose path it names.
 */
import { Alert } from 'antd'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Fields } from './Fields'
import { type Fault, faultsAt, unplaced } from './faults'
import './form.css'
import { type JsonSchema, propertiesOf, resolve } from './schema'
import { FormContext, type FormScope, type FormGoal, type Hearing, type Offer, type Sampling, type Target, type TemplateName } from './scope'
import { valueAt } from './value'

export type Renamed = Readonly<Record<string, string>>

export interface NodeFormProps {
  schema: JsonSchema
  value: Record<string, unknown>
  /** `renamed` are outlets whose id this change gives away: by their old id, the new one. Their edges should follow. */
  onChange: (value: Record<string, unknown>, renamed: Renamed) => void
  faults?: readonly Fault[]
  languages: readonly string[]
  /** What templates may use here; offered while typing. */
  names?: readonly TemplateName[]
  /** Where the node's outlets lead, shown beside the choices that own them. */
  targets?: ReadonlyMap<string, Target | null>
  /** A node that was just added: faults of its empty fields wait until they are left. */
  fresh?: boolean
  /** What fields may choose among that stands outside of the flow, by widget. */
  offers?: Readonly<Record<string, readonly Offer[]>>
  /** Asks what a template gives for a sample. */
  sampling?: Sampling | null
  /** Speaks a prompt. */
  hearing?: Hearing | null
  /** The place that something outside leads to. */
  goal?: FormGoal | null
}

const nothing: readonly never[] = []
const noOffers: Readonly<Record<string, readonly Offer[]>> = {}
const nowhere: ReadonlyMap<string, Target | null> = new Map()

export function NodeForm(props: NodeFormProps) {
  const { schema, value, onChange, languages, faults = nothing, names = nothing, targets = nowhere, fresh = false, offers = noOffers, sampling = null, hearing = null, goal = null } = props
  const { t } = useTranslation()
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const touch = useCallback((path: string) => setTouched((before) => (before.has(path) ? before : new Set([...before, path]))), [])
  const root = useMemo(() => resolve(schema, schema), [schema])
  const properties = useMemo(() => propertiesOf(root, root), [root])
  const renamed = useRef<Record<string, string>>({})
  const outletRenamed = useCallback((from: string, to: string) => {
    renamed.current[from] = to
  }, [])
  const change = (next: Record<string, unknown>) => {
    const outlets = renamed.current
    renamed.current = {}
    onChange(next, outlets)
  }

  const scope = useMemo<FormScope>(() => {
    const show = (path: string, deep: boolean) => {
      const own = faultsAt(faults, path, deep)
      if (!fresh || touched.has(path)) return own
      return own.filter((fault) => !isEmpty(valueAt(value, fault.path)))
    }
    return { root, languages, faults, names, targets, offers, sampling, hearing, goal, show, touch, outletRenamed }
  }, [root, languages, faults, names, targets, offers, sampling, hearing, goal, fresh, touched, touch, outletRenamed, value])

  const other = unplaced(faults, properties.map((one) => one.name))
  return (
    <FormContext value={scope}>
      <div className="nf" data-testid="node-form">
        {other.length > 0 && (
          <div className="nf-other">
            {other.map((fault) => (
              <Alert
                key={`${fault.path}:${fault.message}`}
                type={fault.level === 'warning' ? 'warning' : 'error'}
                showIcon
                title={fault.path ? t('form.faultAt', { path: fault.path, message: fault.message }) : fault.message}
              />
            ))}
          </div>
        )}
        {properties.length === 0 && other.length === 0 && <p className="nf-none">{t('form.nothingToSet')}</p>}
        <Fields properties={properties} path="" value={value} onChange={change} />
      </div>
    </FormContext>
  )
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
