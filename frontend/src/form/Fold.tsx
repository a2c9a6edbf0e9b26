/** A field that most people leave alone: one row with its value in words, which opens to the field itself. */
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../icons/Icon'
import { Field, type FieldProps } from './Field'
import { useForm } from './scope'
import { inWords } from './words'

export function Fold(props: FieldProps) {
  const { property, path, value } = props
  const { languages, show } = useForm()
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const body = useId()
  const faults = show(path, true)
  const opened = open || faults.some((fault) => fault.level !== 'warning')
  const words = inWords(property.schema, value, languages, t)
  return (
    <div className="nf-fold" data-open={opened} data-field={path}>
      <button type="button" className="nf-fold-head" aria-expanded={opened} aria-controls={body} onClick={() => setOpen(!opened)}>
        <Icon name={opened ? 'dn' : 'rt'} size={14} />
        <span className="nf-fold-title">{property.schema.title ?? property.name}</span>
        {!opened && (
          <span className="nf-fold-words" title={words}>
            {words}
          </span>
        )}
      </button>
      {opened && (
        <div id={body} className="nf-fold-body">
          <Field {...props} bare />
        </div>
      )}
    </div>
  )
}
