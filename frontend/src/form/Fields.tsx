/** The properties of one object: parts divided by hairlines, and the folded ones below. */
import { Field } from './Field'
import { Fold } from './Fold'
import { join } from './faults'
import { layOut } from './layout'
import type { Property } from './schema'
import { withMember } from './value'

interface FieldsProps {
  properties: readonly Property[]
  path: string
  value: Record<string, unknown>
  onChange: (value: Record<string, unknown>) => void
}

export function Fields({ properties, path, value, onChange }: FieldsProps) {
  const { parts, folded } = layOut(properties)
  const field = (property: Property) => ({
    property,
    path: join(path, property.name),
    value: value[property.name],
    onChange: (member: unknown) => onChange(withMember(value, property.name, member)),
  })
  return (
    <>
      {parts.map((lines) => (
        <div className="nf-part" key={lines[0]?.[0]?.name}>
          {lines.map((line) => (
            <div className={line.length > 1 ? 'nf-line nf-two' : 'nf-line'} key={line[0]?.name}>
              {line.map((property) => (
                <Field key={property.name} {...field(property)} />
              ))}
            </div>
          ))}
        </div>
      ))}
      {folded.length > 0 && (
        <div className="nf-part nf-folds">
          {folded.map((property) => (
            <Fold key={property.name} {...field(property)} />
          ))}
        </div>
      )}
    </>
  )
}
