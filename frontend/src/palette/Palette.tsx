/** What can be added, as the designer offers it; drag it, click it, or type. The second tab is the outline. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument, NodeType } from '../api/types'
import { useNodeTypes } from '../flow/nodeTypes'
import { Icon, Tile } from '../icons/Icon'
import { DRAG_TYPE } from './adding'
import { find } from './match'
import { Outline } from './Outline'
import './palette.css'

export function Palette({ document, onAdd, onGo }: { document: FlowDocument; onAdd: (type: string) => void; onGo: (id: string) => void }) {
  const { t } = useTranslation()
  const [tab, setTab] = useState<'add' | 'outline'>('add')
  return (
    <aside className="pn l palette" aria-label={t('editor.palette')}>
      <div style={{ padding: '10px 10px 4px' }}>
        <div className="seg" role="tablist" style={{ width: '100%' }}>
          {(['add', 'outline'] as const).map((name) => (
            <button key={name} type="button" role="tab" aria-selected={tab === name} aria-controls={`palette-${name}`} className={`grow${tab === name ? ' on' : ''}`} onClick={() => setTab(name)}>
              {name === 'add' ? t('editor.add') : t('editor.outline')}
            </button>
          ))}
        </div>
      </div>
      <div id={`palette-${tab}`} role="tabpanel" className="body">
        {tab === 'add' ? <Types onAdd={onAdd} /> : <Outline document={document} onGo={onGo} />}
      </div>
    </aside>
  )
}

function Types({ onAdd }: { onAdd: (type: string) => void }) {
  const { t } = useTranslation()
  const types = useNodeTypes((state) => state.list)
  const [typed, setTyped] = useState('')
  const found = find(types, typed)
  const groups = new Map<string, NodeType[]>()
  for (const type of typed.trim() ? found : types) groups.set(type.group, [...(groups.get(type.group) ?? []), type])
  return (
    <>
      <div style={{ padding: '4px 10px 2px' }}>
        <div className="fld q">
          <Icon name="search" size={14} />
          <input
            value={typed} aria-label={t('editor.searchTypes')} placeholder={t('editor.searchTypes')} onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing) return
              if (event.key === 'Enter' && found[0]) { onAdd(found[0].type); setTyped('') }
              if (event.key === 'Escape') setTyped('')
            }}
          />
          <kbd>/</kbd>
        </div>
      </div>
      <div className="types">
        {[...groups].map(([group, members]) => (
          <section key={group} aria-label={t(`editor.group.${group}`, { defaultValue: group })}>
            <div className="grp">{t(`editor.group.${group}`, { defaultValue: group })}</div>
            {members.map((type) => (
              <button
                key={type.type} type="button" className="pi" draggable title={type.help || type.description} data-type={type.type} onClick={() => onAdd(type.type)}
                onDragStart={(event) => { event.dataTransfer.setData(DRAG_TYPE, type.type); event.dataTransfer.effectAllowed = 'copy' }}
              >
                <Tile icon={type.icon} medium={type.medium} small />
                <span className="el">{type.label}</span>
              </button>
            ))}
          </section>
        ))}
        {groups.size === 0 && typed && <div className="t12 i3" style={{ padding: 12 }}>{t('editor.nothingFound')}</div>}
      </div>
      <div className="sec row t12 i3 hint-drag"><Icon name="drag" size={14} /><span>{t('editor.dragOrClick')}</span></div>
    </>
  )
}
