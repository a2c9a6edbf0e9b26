/** An object inside the config: its own fields, under its heading. */
import type { ReactNode } from 'react'
import { Fields } from '../Fields'
import { propertiesOf } from '../schema'
import { type WidgetProps, useForm } from '../scope'
import { isRecord } from '../value'

export function ObjectFields({ schema, path, value, onChange, head }: WidgetProps & { head?: ReactNode }) {
  const { root } = useForm()
  return (
    <>
      {head && <div className="nf-head">{head}</div>}
      <div className="nf-nested">
        <Fields properties={propertiesOf(schema, root)} path={path} value={isRecord(value) ? value : {}} onChange={onChange} />
      </div>
    </>
  )
}
