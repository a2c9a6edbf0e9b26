/**
 * A text field that colours its `{{ … }}` and offers names while one is being written.
 *
 * The colours are those of a mirror that lies under the transparent text of an ordinary textarea: caret, selection,
 * input methods, undo and screen readers stay the browser's own.
 */
import { type KeyboardEvent, type Ref, useId, useImperativeHandle, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Started, offered, startedName, written } from './completion'
import { useForm } from './scope'
import { useSample } from './useSample'

export interface TemplateTextHandle {
  /** Writes a name at the caret, in braces. */
  insert: (name: string) => void
  focus: () => void
}

interface TemplateTextProps {
  id?: string | undefined
  value: string
  onChange: (text: string) => void
  placeholder?: string | undefined
  multiline?: boolean
  /** The whole text is one expression: monospace, names anywhere. */
  expression?: boolean
  /** Without a border of its own. */
  bare?: boolean
  invalid?: boolean
  required?: boolean
  describedBy?: string | undefined
  label?: string | undefined
  lang?: string
  ref?: Ref<TemplateTextHandle>
}

const template = /(\{\{.*?\}\}|\{%.*?%\})/gs

export function TemplateText(props: TemplateTextProps) {
  const { id, value, onChange, placeholder, multiline = false, expression = false, bare = false, invalid = false, required, ref } = props
  const { names } = useForm()
  const { t } = useTranslation()
  const area = useRef<HTMLTextAreaElement>(null)
  const list = useId()
  const [started, setStarted] = useState<Started>()
  const [at, setAt] = useState(0)
  const [focused, setFocused] = useState(false)
  const sample = useSample(value, expression ? 'condition' : 'template', focused)
  const options = started ? offered(names, started) : []
  const open = options.length > 0

  const replace = (from: number, to: number, text: string) => {
    const field = area.current
    if (!field) return
    field.focus()
    field.setSelectionRange(from, to)
    // The old command is the one way that leaves the browser's own undo whole.
    if (document.execCommand?.('insertText', false, text) !== true) onChange(value.slice(0, from) + text + value.slice(to))
    setStarted(undefined)
  }
  const look = () => {
    const field = area.current
    if (!field || field.selectionStart !== field.selectionEnd) return setStarted(undefined)
    setStarted(startedName(field.value, field.selectionStart, expression))
    setAt(0)
  }
  const choose = (name: string) => {
    if (started) replace(started.from, started.to, written(name, started))
  }
  useImperativeHandle(ref, () => ({
    insert: (name) => {
      const caret = area.current?.selectionStart ?? value.length
      replace(caret, area.current?.selectionEnd ?? caret, expression ? name : `{{ ${name} }}`)
    },
    focus: () => area.current?.focus(),
  }))

  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (!open) {
      if (event.key === 'Enter' && !multiline) event.preventDefault()
      return
    }
    const chosen = options[at]
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) setAt((at + step + options.length) % options.length)
    else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) choose(chosen.name)
    else if (event.key === 'Escape') setStarted(undefined)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className="nf-text">
      <div className="nf-tt" data-bare={bare} data-multiline={multiline} data-expression={expression} data-invalid={invalid}>
        <div className="nf-tt-mirror" aria-hidden="true">
          {value.split(template).map((piece, place) => (place % 2 === 1 ? <mark key={place}>{piece}</mark> : piece))}
          {'\u200b'}
        </div>
        <textarea
          ref={area}
          id={id}
          rows={1}
          value={value}
          placeholder={placeholder}
          spellCheck={false}
          lang={props.lang}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={open}
          aria-controls={open ? list : undefined}
          aria-activedescendant={open ? `${list}-${at}` : undefined}
          aria-label={props.label}
          aria-invalid={invalid}
          aria-required={required}
          aria-describedby={props.describedBy}
          onChange={(event) => {
            onChange(multiline ? event.target.value : event.target.value.replace(/\s*\n\s*/g, ' '))
            look()
          }}
          onKeyDown={press}
          onClick={look}
          onFocus={() => setFocused(true)}
          onBlur={() => {
            setStarted(undefined)
            setFocused(false)
          }}
        />
        {open && (
          <ul className="nf-names" id={list} role="listbox" aria-label={t('form.names')}>
            {options.map((option, place) => (
              <li
                key={option.name}
                id={`${list}-${place}`}
                role="option"
                aria-selected={place === at}
                onPointerDown={(event) => {
                  event.preventDefault()
                  choose(option.name)
                }}
              >
                <span className="mono">{option.name}</span>
                {option.label && <span className="nf-names-label">{option.label}</span>}
              </li>
            ))}
          </ul>
        )}
      </div>
      {sample && <div className="nf-sample" data-testid="sample">{sample}</div>}
    </div>
  )
}
