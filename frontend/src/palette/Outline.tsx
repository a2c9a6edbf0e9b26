/** The drawing as a tree, for readers and for keys: same order, same actions, "connect to…" as a menu. */
import { Dropdown, type MenuProps } from 'antd'
import { useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import * as edit from '../flow/document'
import { useNodeTypes } from '../flow/nodeTypes'
import { outletsOf } from '../flow/outlets'
import { useFlow } from '../flow/store'
import { Icon, Tile } from '../icons/Icon'
import { outlineOrder } from './order'

export function Outline({ document, onGo }: { document: FlowDocument; onGo: (id: string) => void }) {
  const { t } = useTranslation()
  const selected = useFlow((flow) => flow.selected)
  const types = useNodeTypes((state) => state.byType)
  const rows = outlineOrder(document)
  const tree = useRef<HTMLUListElement>(null)
  const [held, setHeld] = useState<string | null>(null)
  const { rename, select } = useFlow()
  if (rows.length === 0) return <div className="t12 i3" style={{ padding: 14 }}>{t('editor.blank')}</div>
  // One row takes part in tabbing: where the focus was last, else what is selected, else the first.
  const stop = [held, selected[0], rows[0]?.id].find((id) => rows.some((row) => row.id === id))

  const pressed = (event: KeyboardEvent, at: number) => {
    const row = rows[at]
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, ArrowLeft: parentOf(rows, at) }[event.key]
    if (to !== undefined) rowAt(tree.current, to)?.focus()
    else if (event.key === 'Enter' && row) onGo(row.id)
    else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey) || event.key === 'ArrowRight') && row) rowAt(tree.current, at)?.querySelector<HTMLElement>('.more')?.click()
    else if (event.key === 'F2' && row) { select([row.id]); rename(row.id) }
    else if ((event.key === 'Delete' || event.key === 'Backspace') && row) { select([row.id]); return } // the canvas does it, with its undo
    else return
    event.preventDefault()
  }
  return (
    <ul ref={tree} className="outline" role="tree" aria-label={t('editor.outline')} aria-description={t('drawing.treeHelp')}>
      {rows.map(({ id, depth }, at) => {
        const node = document.nodes[id]
        if (!node) return null
        const type = types[node.type]
        const name = node.name || type?.label || id
        const chosen = selected.includes(id)
        return (
          <li
            key={id} role="treeitem" aria-level={depth + 1} aria-selected={chosen} aria-label={`${name}${t('editor.comma')}${type?.label ?? node.type}`} tabIndex={stop === id ? 0 : -1} className={chosen ? 'on' : ''}
            onKeyDown={(event) => { if (event.target === event.currentTarget) pressed(event, at) }} onFocus={(event) => { if (event.target === event.currentTarget) setHeld(id) }}
          >
            <div className="pi" style={{ paddingLeft: 8 + Math.min(depth, 6) * 10 }} title={name} onClick={() => onGo(id)}>
              <Tile icon={type ? type.icon : 'unknown'} medium={type?.medium} small />
              <span className="el grow">{name}</span>
              {document.start === id && <Icon name="play" size={12} />}
            </div>
            <RowMenu document={document} id={id} name={name} onClose={() => rowAt(tree.current, at)?.focus()} />
          </li>
        )
      })}
    </ul>
  )
}

function rowAt(tree: HTMLElement | null, at: number): HTMLElement | undefined {
  return tree?.querySelectorAll<HTMLElement>('[role=treeitem]')[at]
}

/** The row that a row hangs on: the nearest above that stands further left. */
function parentOf(rows: readonly { depth: number }[], at: number): number {
  const own = rows[at]?.depth ?? 0
  for (let above = at - 1; above >= 0; above -= 1) if ((rows[above]?.depth ?? 0) < own) return above
  return at
}

function RowMenu({ document, id, name, onClose }: { document: FlowDocument; id: string; name: string; onClose: () => void }) {
  const { t } = useTranslation()
  const { edit: change, rename, select, checked, say } = useFlow()
  const types = useNodeTypes((state) => state.byType)
  const node = document.nodes[id]
  if (!node) return null
  const outlets = outletsOf(node, checked?.nodes[id], types[node.type])
  const targets = Object.entries(document.nodes).map(([target, other]) => ({ target, label: other.name || types[other.type]?.label || target }))
  const items: MenuProps['items'] = [
    {
      key: 'connect', label: t('editor.connectTo'), disabled: outlets.length === 0,
      children: outlets.map((outlet) => ({
        key: outlet.id, label: outlet.label,
        children: [
          ...targets.map(({ target, label }) => ({ key: `${outlet.id}>${target}`, label, onClick: () => change((before) => edit.connect(before, id, outlet.id, target)) })),
          { key: `${outlet.id}>`, label: t('editor.nowhere'), onClick: () => change((before) => edit.disconnect(before, id, outlet.id)) },
        ],
      })),
    },
    { key: 'rename', label: t('editor.rename'), onClick: () => { select([id]); rename(id) } },
    { key: 'start', label: t('editor.makeStart'), disabled: document.start === id, onClick: () => change((before) => edit.setStart(before, id)) },
    { key: 'delete', label: t('editor.delete'), danger: true, onClick: () => { change((before) => edit.remove(before, [id])); say(t('editor.deletedNodes', { count: 1 }), true) } },
  ]
  return (
    <Dropdown menu={{ items, autoFocus: true }} trigger={['click']} placement="bottomRight" autoFocus onOpenChange={(open) => { if (!open) onClose() }}>
      <button type="button" tabIndex={-1} className="btn g sm ic more" aria-label={t('editor.actionsOf', { name })}><Icon name="more" size={14} /></button>
    </Dropdown>
  )
}
