/** A list: compact rows where the items are short, small forms where they are not. */
import { Button } from 'antd'
import { type ReactNode, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import { cellsOf, columnsOf, edited, newItem, outletIds } from '../columns'
import { type JsonSchema, resolve, typeOf } from '../schema'
import { type WidgetProps, useForm } from '../scope'
import { useKeys } from '../useKeys'
import { moved } from '../value'
import { ListCards } from './ListCards'
import { ListRows } from './ListRows'

/** What rows and cards are given alike. */
export interface ItemsProps {
  items: readonly unknown[]
  path: string
  item: JsonSchema
  keyAt: (place: number) => number
  nameAt: (place: number) => string
  onPut: (place: number, item: unknown) => void
  onMove: (from: number, to: number) => void
  onRemove: (place: number) => void
}

export function List({ schema, path, value, onChange, required, label, head }: WidgetProps & { head?: ReactNode }) {
  const { root, targets, outletRenamed } = useForm()
  const { t } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  const items = itemsOf(value, schema)
  const keys = useKeys(items.length)
  const item = resolve(schema.items ?? {}, root)
  const scalar = typeOf(item) !== 'object'
  const columns = scalar ? undefined : columnsOf(item, root)
  const full = schema.maxItems !== undefined && items.length >= schema.maxItems

  const take = (next: unknown[]) => onChange(next.length === 0 && !required ? undefined : next)
  const add = () => {
    take([...items, newItem(item, root, items)])
    // The new row stands there after the next paint; its first empty cell is what one goes on with.
    requestAnimationFrame(() => focusLast(box.current))
  }
  const own: ItemsProps = {
    items,
    path,
    item,
    keyAt: keys.at,
    nameAt: (place) => t('form.itemNumber', { label, number: place + 1 }),
    onPut: (place, next) => {
      const before = items[place]
      const kept = edited(item, root, before, next)
      const from = outletIds(before).find((id) => targets.has(id))
      const to = outletIds(kept)[0]
      const shared = items.some((one, at) => at !== place && outletIds(one)[0] === from)
      if (from !== undefined && to !== undefined && from !== to && !shared && !targets.has(to)) outletRenamed(from, to)
      onChange(items.map((one, at) => (at === place ? kept : one)))
    },
    onMove: (from, to) => {
      keys.move(from, to)
      onChange(moved(items, from, to))
    },
    onRemove: (place) => {
      keys.remove(place)
      take(items.filter((_, at) => at !== place))
    },
  }
  return (
    <div ref={box}>
      <div className="nf-head">
        {head}
        <span className="nf-space" />
        <Button type="link" size="small" className="nf-add" icon={<Icon name="plus" size={12} />} disabled={full} onClick={add} aria-label={t('form.addTo', { label })}>
          {t('form.add')}
        </Button>
      </div>
      {items.length === 0 ? (
        <p className="nf-none">{schema.placeholder ?? t('form.emptyList')}</p>
      ) : scalar ? (
        <ListRows {...own} columns={[{ name: '', schema: item, required: true }]} scalar />
      ) : columns ? (
        <ListRows {...own} columns={columns} />
      ) : (
        <ListCards {...own} cells={cellsOf(item, root)} />
      )}
    </div>
  )
}

/** What stands in the list; where one entry alone may stand without a list, it is the first. */
function itemsOf(value: unknown, schema: JsonSchema): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[]
  if (typeof value === 'string') return [value]
  return Array.isArray(schema.default) && value === undefined ? (schema.default as unknown[]) : []
}

function focusLast(box: HTMLElement | null): void {
  const row = [...(box?.querySelectorAll<HTMLElement>('[data-row]') ?? [])].at(-1)
  const fields = [...(row?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea') ?? [])]
  const field = fields.find((one) => one.value === '') ?? fields[0]
  field?.focus()
}
