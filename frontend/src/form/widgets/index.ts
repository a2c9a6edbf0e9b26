/** The widgets by name. A schema asks for one by its `widget`; `pick.ts` finds one for a schema that does not. */
import type { ComponentType, ReactNode } from 'react'
import type { WidgetName } from '../pick'
import type { WidgetProps } from '../scope'
import { Condition } from './Condition'
import { Digit } from './Digit'
import { Json } from './Json'
import { List } from './List'
import { NumberField } from './NumberField'
import { ObjectFields } from './ObjectFields'
import { Prompt } from './Prompt'
import { Select } from './Select'
import { SwitchField } from './SwitchField'
import { Template } from './Template'
import { TextField } from './TextField'
import { Variables } from './Variables'

/** `ownHead`: the widget draws its own heading, because something stands beside it: languages, a button. */
export interface Widget {
  component: ComponentType<WidgetProps & { head?: ReactNode }>
  ownHead?: boolean
}

export const widgets: Record<WidgetName, Widget> = {
  prompt: { component: Prompt, ownHead: true },
  template: { component: Template },
  condition: { component: Condition },
  text: { component: TextField },
  number: { component: NumberField },
  seconds: { component: NumberField },
  switch: { component: SwitchField },
  select: { component: Select },
  digit: { component: Digit },
  list: { component: List, ownHead: true },
  variables: { component: Variables, ownHead: true },
  object: { component: ObjectFields, ownHead: true },
  json: { component: Json },
  hidden: { component: () => null },
}
