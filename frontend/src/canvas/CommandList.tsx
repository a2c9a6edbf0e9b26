/** Commands by name (⌘K): type a few letters, Enter does it. Nodes are found by their names as well. */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useReactFlow } from '@xyflow/react'
import type { FlowDocument } from '../api/types'
import { useFlow } from '../flow/store'
import { Icon, Tile } from '../icons/Icon'
import { score } from '../palette/match'
import type { CardData } from './cards'
import { situation, useCommanding } from './commanding'
import { can, commands, type Command, type CommandId } from './commands'
import { Keys } from './KeyList'

interface Row { key: string; label: string; keys?: string | undefined; card?: CardData; act: () => void }
interface Props { document: FlowDocument; cards: Map<string, CardData> }
const MOST = 60

export function CommandList(props: Props) {
  const open = useCommanding((state) => state.open === 'commands')
  return open ? <Open {...props} /> : null
}

function Open({ document, cards }: Props) {
  const { t } = useTranslation()
  const flow = useReactFlow()
  const list = useId()
  const panel = useRef<HTMLDivElement>(null)
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const { run, show } = useCommanding()
  const now = situation()

  const goTo = (id: string) => {
    useFlow.getState().select([id])
    void flow.fitView({ nodes: [{ id }], maxZoom: 1, duration: 320 })
  }
  const scored = [
    ...(commands as readonly Command[]).filter((one) => one.id !== 'commands' && now && can(one, now)).map((one) => {
      const label = t(`drawing.command.${one.id}`)
      const row: Row = { key: one.id, label, keys: one.keys, act: () => run(one.id as CommandId) }
      return { row, value: score(typed, { name: label, type: one.id }) }
    }),
    ...(typed.trim() === '' ? [] : [...cards].filter(([id]) => id in document.nodes).map(([id, card]) => {
      const row: Row = { key: `node ${id}`, label: card.name, card, act: () => goTo(id) }
      return { row, value: score(typed, { name: card.name, type: id }) - 1 }
    })),
  ]
  const rows = scored.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value).slice(0, MOST).map(({ row }) => row)
  const current = Math.min(at, Math.max(0, rows.length - 1))
  useEffect(() => {
    panel.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [current])

  const close = () => {
    show(null)
    window.document.querySelector<HTMLElement>('.react-flow__pane')?.focus({ preventScroll: true })
  }
  const take = (row: Row | undefined) => {
    if (!row) return
    close()
    row.act()
  }
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    event.stopPropagation()
    if (event.key === 'ArrowDown') setAt((current + 1) % Math.max(1, rows.length))
    else if (event.key === 'ArrowUp') setAt((current + rows.length - 1) % Math.max(1, rows.length))
    else if (event.key === 'Enter') take(rows[current])
    else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
  }
  return (
    <div ref={panel} className="quick commandlist" role="dialog" aria-label={t('drawing.command.commands')}>
      <div className="q">
        <Icon name="search" size={14} />
        <input
          autoFocus value={typed} role="combobox" aria-expanded="true" aria-controls={list} aria-label={t('drawing.commandField')} aria-activedescendant={rows[current] ? `${list}-${current}` : undefined}
          placeholder={t('drawing.commandField')} onChange={(event) => { setTyped(event.target.value); setAt(0) }} onKeyDown={pressed}
          onBlur={(event) => { if (!panel.current?.contains(event.relatedTarget)) show(null) }}
        />
      </div>
      <ul id={list} role="listbox" aria-label={t('drawing.command.commands')}>
        {rows.map((row, index) => (
          <li
            key={row.key} id={`${list}-${index}`} role="option" aria-selected={index === current} className={index === current ? 'on' : ''}
            onPointerMove={() => setAt(index)} onMouseDown={(event) => event.preventDefault()} onClick={() => take(row)}
          >
            {row.card && <Tile icon={row.card.icon} medium={row.card.medium} small />}
            <span className="grow el">{row.label}</span>
            {row.card && <span className="t12 i3 nw">{t('drawing.goTo')}</span>}
            {row.keys && <Keys chord={row.keys} />}
          </li>
        ))}
        {rows.length === 0 && <li className="none t12 i3">{t('editor.nothingFound')}</li>}
      </ul>
    </div>
  )
}
