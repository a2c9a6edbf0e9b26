/** A field with what fits below it: arrows choose, Enter takes, Escape and a click elsewhere close. */
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { Icon } from '../icons/Icon'
import './palette.css'

interface Props<Row> {
  className: string
  label: string
  /** What the field says may be typed. */
  field: string
  typed: string
  onType: (typed: string) => void
  rows: readonly Row[]
  keyOf: (row: Row) => string
  show: (row: Row) => ReactNode
  /** What stands where nothing fits. */
  none: string
  onTake: (row: Row) => void
  onEscape: () => void
  /** The focus has gone elsewhere. */
  onLeave: () => void
  /** Keys are told to nobody else: the page around it has commands of its own. */
  keepsKeys?: boolean
}

export function PickList<Row>({ className, label, field, typed, onType, rows, keyOf, show, none, onTake, onEscape, onLeave, keepsKeys }: Props<Row>) {
  const list = useId()
  const panel = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const current = Math.min(at, Math.max(0, rows.length - 1))
  useEffect(() => {
    panel.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [current])

  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const chosen = rows[current]
    if (keepsKeys) event.stopPropagation()
    if (event.key === 'ArrowDown') setAt((current + 1) % Math.max(1, rows.length))
    else if (event.key === 'ArrowUp') setAt((current + rows.length - 1) % Math.max(1, rows.length))
    else if (event.key === 'Enter') { if (chosen !== undefined) onTake(chosen) }
    else if (event.key === 'Escape') onEscape()
    else return
    event.preventDefault()
  }
  return (
    <div ref={panel} className={`quick ${className}`} role="dialog" aria-label={label}>
      <div className="q">
        <Icon name="search" size={14} />
        <input
          autoFocus value={typed} maxLength={200} role="combobox" aria-expanded="true" aria-controls={list} aria-label={field} aria-activedescendant={rows[current] ? `${list}-${current}` : undefined}
          placeholder={field} onChange={(event) => { onType(event.target.value); setAt(0) }} onKeyDown={pressed}
          onBlur={(event) => { if (!panel.current?.contains(event.relatedTarget)) onLeave() }}
        />
      </div>
      <ul id={list} role="listbox" aria-label={label}>
        {rows.map((row, index) => (
          <li
            key={keyOf(row)} id={`${list}-${index}`} role="option" aria-selected={index === current} className={index === current ? 'on' : ''}
            onPointerMove={() => setAt(index)} onMouseDown={(event) => event.preventDefault()} onClick={() => onTake(row)}
          >
            {show(row)}
          </li>
        ))}
        {rows.length === 0 && <li className="none t12 i3">{none}</li>}
      </ul>
    </div>
  )
}
