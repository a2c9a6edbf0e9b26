/**
 * The grip of a row: drag it, press the arrow keys on it, or open its menu. Whatever the hand, a row can be moved and
 * taken out. The rows are the `[data-row]` beside it.
 */
import { Dropdown } from 'antd'
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'

interface RowHandleProps {
  place: number
  count: number
  name: string
  onMove: (from: number, to: number) => void
  onRemove: () => void
}

const slack = 4

export function RowHandle({ place, count, name, onMove, onRemove }: RowHandleProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const drag = useRef<{ y: number; moved: boolean }>(undefined)
  /** A drag ends with a click, which is not meant for the menu. */
  const dragged = useRef(false)

  const rows = (handle: HTMLElement) => [...(handle.closest('[data-row]')?.parentElement?.querySelectorAll<HTMLElement>(':scope > [data-row]') ?? [])]
  const unmark = (all: HTMLElement[]) => all.forEach((row) => delete row.dataset['drop'])
  const over = (all: HTMLElement[], y: number) => {
    const below = all.filter((row) => y > row.getBoundingClientRect().top + row.offsetHeight / 2).length
    return Math.max(0, Math.min(count - 1, below > place ? below - 1 : below))
  }
  const grab = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { y: event.clientY, moved: false }
    dragged.current = false
  }
  const pull = (event: PointerEvent<HTMLButtonElement>) => {
    const going = drag.current
    if (!going || (!going.moved && Math.abs(event.clientY - going.y) < slack)) return
    going.moved = dragged.current = true
    const all = rows(event.currentTarget)
    unmark(all)
    const to = over(all, event.clientY)
    const row = all[to]
    if (row && to !== place) row.dataset['drop'] = to > place ? 'after' : 'before'
  }
  const release = (event: PointerEvent<HTMLButtonElement>) => {
    const all = rows(event.currentTarget)
    unmark(all)
    const to = over(all, event.clientY)
    if (drag.current?.moved && to !== place) onMove(place, to)
    drag.current = undefined
  }
  const press = (event: KeyboardEvent) => {
    const to = event.key === 'ArrowUp' ? place - 1 : event.key === 'ArrowDown' ? place + 1 : undefined
    if (to !== undefined && !open && to >= 0 && to < count) onMove(place, to)
    else if (event.key === 'Delete' || event.key === 'Backspace') onRemove()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <Dropdown
      open={open}
      onOpenChange={(next) => setOpen(next && !dragged.current)}
      trigger={['click']}
      menu={{
        items: [
          { key: 'up', label: t('form.moveUp'), disabled: place === 0 },
          { key: 'down', label: t('form.moveDown'), disabled: place === count - 1 },
          { key: 'remove', label: t('form.remove'), danger: true },
        ],
        onClick: ({ key }) => {
          setOpen(false)
          if (key === 'remove') onRemove()
          else onMove(place, key === 'up' ? place - 1 : place + 1)
        },
      }}
    >
      <button
        type="button"
        className="nf-grip"
        aria-label={t('form.grip', { name })}
        aria-haspopup="menu"
        aria-expanded={open}
        onPointerDown={grab}
        onPointerMove={pull}
        onPointerUp={release}
        onKeyDown={press}
      >
        <Icon name="drag" size={14} />
      </button>
    </Dropdown>
  )
}
