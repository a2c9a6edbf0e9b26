/** The widgets by name. A schema asks for one by its `widget`; `pick.ts` finds one for a schema that does not. */
import type { ComponentType, ReactNode } from 'react'
import type { WidgetName } from '../pick'
import type { WidgetProps } from '../scope'
import { CalendarField } from './CalendarField'
import { Clock } from './Clock'
import { Condition } from './Condition'
import { Digit } from './Digit'
import { Json } from './Json'
import { List } from './List'
import { NumberField } from './NumberField'
import { ObjectFields } from './ObjectFields'
import { Offered } from './Offered'
import { Prompt } from './Prompt'
import { Select } from './Select'
import { SwitchField } from './SwitchField'
import { Template } from './Template'
import { TextField } from './TextField'
import { TimeText } from './TimeText'
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
  pattern: { component: TextField },
  asset: { component: TextField },
  number: { component: NumberField },
  seconds: { component: NumberField },
  switch: { component: SwitchField },
  select: { component: Select },
  digit: { component: Digit },
  list: { component: List, ownHead: true },
  variables: { component: Variables, ownHead: true },
  object: { component: ObjectFields, ownHead: true },
  json: { component: Json },
  calendar: { component: CalendarField, ownHead: true },
  flow: { component: Offered },
  duration: { component: TimeText },
  offset: { component: TimeText },
  moment: { component: TimeText },
  due: { component: TimeText },
  time_of_day: { component: Clock },
  hidden: { component: () => null },
}
