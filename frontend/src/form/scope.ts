/** What every field of one form needs to know of the form. */
import { createContext, useContext } from 'react'
import type { Fault } from './faults'
import type { JsonSchema } from './schema'

/** A name that a template may use, with what it means. */
export interface TemplateName {
  name: string
  label?: string
}

/** Where an outlet leads: what the row of a list shows beside the choice that owns it. */
export interface Target {
  name: string
  icon: string
  medium: string
}

/** A place in the form, in a language where it has several; each goal has a key of its own. */
export interface FormGoal {
  path: string
  language: string | undefined
  key: number
}

/** A value that a field may take, as it is known elsewhere: a flow by its name. */
export interface Offer {
  value: string
  label: string
}

/** What a template writes, or whether a condition holds, for the sample that the flow has. */
export interface Sampled { text: string | null; holds: boolean | null }
export type Sampling = (kind: 'template' | 'condition', source: string, signal: AbortSignal) => Promise<Sampled>

/** A prompt as sound, spoken with the sample's values. */
export type Hearing = (prompt: unknown, language: string, signal: AbortSignal) => Promise<ArrayBuffer>

export interface FormScope {
  root: JsonSchema
  languages: readonly string[]
  faults: readonly Fault[]
  names: readonly TemplateName[]
  /** By outlet id; null is an outlet that leads nowhere. */
  targets: ReadonlyMap<string, Target | null>
  /** What exists outside of the flow, by the widget that chooses among it. */
  offers: Readonly<Record<string, readonly Offer[]>>
  /** Nothing where there is nobody to ask. */
  sampling: Sampling | null
  hearing: Hearing | null
  /** The place in the form that something outside leads to. */
  goal: FormGoal | null
  /** The faults to show: those of a field that nobody has touched yet may wait. */
  show: (path: string, deep: boolean) => readonly Fault[]
  touch: (path: string) => void
  /** Said before a change that gives an outlet another id, so that its edge can follow. */
  outletRenamed: (from: string, to: string) => void
}

export const FormContext = createContext<FormScope | null>(null)

export function useForm(): FormScope {
  const scope = useContext(FormContext)
  if (!scope) throw new Error('a form field stands outside of NodeForm')
  return scope
}

/** What every widget is given. `undefined` as a value means: not set, the default holds. */
export interface WidgetProps {
  id: string
  path: string
  schema: JsonSchema
  value: unknown
  onChange: (value: unknown) => void
  required: boolean
  invalid: boolean
  /** The ids of the texts that describe the field: its help, its faults. */
  describedBy: string | undefined
  /** The name for screen readers where no label points here. */
  label?: string
}
