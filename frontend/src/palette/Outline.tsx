/** The drawing as a list, for readers and for keys: same order, same actions, "connect to…" as a menu. */
import { Dropdown, type MenuProps } from 'antd'
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
  if (rows.length === 0) return <div className="t12 i3" style={{ padding: 14 }}>{t('editor.blank')}</div>
  return (
    <ul className="outline" aria-label={t('editor.outline')}>
      {rows.map(({ id, depth }) => {
        const node = document.nodes[id]
        if (!node) return null
        const type = types[node.type]
        const name = node.name || type?.label || id
        return (
          <li key={id} className={selected.includes(id) ? 'on' : ''}>
            <button type="button" className="pi" style={{ paddingLeft: 8 + Math.min(depth, 6) * 10 }} aria-current={selected.includes(id)} title={name} onClick={() => onGo(id)}>
              <Tile icon={type ? type.icon : 'unknown'} medium={type?.medium} small />
              <span className="el grow">{name}</span>
              {document.start === id && <Icon name="play" size={12} />}
            </button>
            <RowMenu document={document} id={id} name={name} />
          </li>
        )
      })}
    </ul>
  )
}

function RowMenu({ document, id, name }: { document: FlowDocument; id: string; name: string }) {
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
    <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
      <button type="button" className="btn g sm ic more" aria-label={t('editor.actionsOf', { name })}><Icon name="more" size={14} /></button>
    </Dropdown>
  )
}
