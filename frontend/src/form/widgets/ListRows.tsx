/** Items as compact rows under their column heads, with where each leads and its faults below it. */
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon, Tile } from '../../icons/Icon'
import { Faults } from '../Field'
import { gridOf, outletIds } from '../columns'
import { join } from '../faults'
import { pick } from '../pick'
import type { Property } from '../schema'
import { type Target, useForm } from '../scope'
import { isRecord, withMember } from '../value'
import { widgets } from '.'
import type { ItemsProps } from './List'
import { RowHandle } from './RowHandle'

interface ListRowsProps extends ItemsProps {
  columns: readonly Property[]
  /** The item itself is the one cell. */
  scalar?: boolean
}

export function ListRows({ items, path, columns, scalar = false, keyAt, nameAt, onPut, onMove, onRemove }: ListRowsProps) {
  const { targets, show, touch } = useForm()
  const { t } = useTranslation()
  const ids = useId()
  const leadsTo = (item: unknown) => outletIds(item).map((id) => targets.get(id)).find((one) => one !== undefined)
  const leads = !scalar && items.some((item) => leadsTo(item) !== undefined)
  const grid = { gridTemplateColumns: gridOf(columns, leads) }
  return (
    <div className="nf-rows">
      {!scalar && (
        <div className="nf-row nf-row-heads" style={grid} aria-hidden="true">
          <span />
          {columns.map((one) => (
            <span key={one.name} title={one.schema.description}>
              {one.schema.title ?? one.name}
            </span>
          ))}
          {leads && <span>{t('form.leadsTo')}</span>}
          <span />
        </div>
      )}
      {items.map((item, place) => {
        const at = join(path, place)
        const faults = show(at, true)
        return (
          <div key={keyAt(place)} data-row data-field={at} className="nf-row-box" onBlur={() => touch(at)}>
            <div className="nf-row" style={grid} role="group" aria-label={nameAt(place)}>
              <RowHandle place={place} count={items.length} name={nameAt(place)} onMove={onMove} onRemove={() => onRemove(place)} />
              {columns.map((column) => {
                const cell = scalar ? at : join(at, column.name)
                const Cell = widgets[pick(column.schema)].component
                const invalid = faults.some((fault) => fault.path === cell && fault.level !== 'warning')
                return (
                  <div key={column.name} data-field={scalar ? undefined : cell} className="nf-cell">
                    <Cell
                      id={`${ids}-${place}-${column.name}`}
                      path={cell}
                      schema={column.schema}
                      value={scalar ? item : isRecord(item) ? item[column.name] : undefined}
                      onChange={(next) => onPut(place, scalar ? (next ?? '') : withMember(isRecord(item) ? item : {}, column.name, next))}
                      required={column.required}
                      invalid={invalid}
                      describedBy={faults.length > 0 ? `${ids}-${place}-faults` : undefined}
                      label={scalar ? nameAt(place) : t('form.cell', { column: column.schema.title ?? column.name, row: place + 1 })}
                    />
                  </div>
                )
              })}
              {leads && <Lead to={leadsTo(item)} />}
              <button type="button" className="nf-remove" aria-label={t('form.removeItem', { name: nameAt(place) })} title={t('form.remove')} onClick={() => onRemove(place)}>
                <Icon name="x" size={12} />
              </button>
            </div>
            {faults.length > 0 && <Faults id={`${ids}-${place}-faults`} faults={faults} />}
          </div>
        )
      })}
    </div>
  )
}

/** Where an outlet goes. */
function Lead({ to }: { to: Target | null | undefined }) {
  const { t } = useTranslation()
  if (!to) return <span className="nf-lead nf-lead-none">{t('form.leadsNowhere')}</span>
  return (
    <span className="nf-lead" title={to.name}>
      <Tile icon={to.icon} medium={to.medium} small />
      <span className="nf-lead-name">{to.name}</span>
    </span>
  )
}
