/** One group: its name, its members, and what can be done with it. */
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { command } from '../canvas/commanding'
import { groupIds, groupRenamed } from '../drawing/groups'
import { useNodeTypes } from '../flow/nodeTypes'
import { useFlow } from '../flow/store'
import { Icon, Tile } from '../icons/Icon'
import { TitleField } from './TitleField'

export function GroupInspector({ id, document }: { id: string; document: FlowDocument }) {
  const { t } = useTranslation()
  const { edit: change, select } = useFlow()
  const types = useNodeTypes((state) => state.byType)
  const group = document.groups?.[id]
  if (!group) return null
  const members = groupIds(document, id)
  return (
    <>
      <header className="head">
        <div className="row">
          <span className="tile m-logic"><Icon name="group" /></span>
          <TitleField value={group.name} label={t('drawing.groupTitle')} onChange={(name) => change((before) => groupRenamed(before, id, name), `group:${id}`)} />
          <button type="button" className="btn g sm ic" aria-label={t('shell.close')} title={t('shell.close')} onClick={() => select([])}><Icon name="x" /></button>
        </div>
        <div className="row t12 i3 meta"><span>{t('drawing.nodesInside', { count: members.length })}</span></div>
      </header>
      <div className="panel">
        <div className="pad fields">
          <p className="t12 i3">{t('drawing.groupWhat')}</p>
          <div className="col actions">
            <button type="button" className="btn" onClick={() => command('fold')}>{group.folded ? t('drawing.unfold') : t('drawing.fold')}</button>
            <button type="button" className="btn" onClick={() => command('duplicate')}>{t('drawing.command.duplicate')}</button>
            <button type="button" className="btn" onClick={() => command('subflow')}>{t('drawing.command.subflow')}</button>
            <button type="button" className="btn" onClick={() => command('ungroup')}>{t('drawing.command.ungroup')}</button>
          </div>
          <div>
            <div className="lab">{t('drawing.members')}</div>
            <ul className="members">
              {members.map((member) => {
                const node = document.nodes[member]
                const type = node && types[node.type]
                return (
                  <li key={member}><button type="button" className="row" disabled={group.folded === true} onClick={() => select([member])}>
                    <Tile icon={type?.icon ?? 'unknown'} medium={type?.medium} small /><span className="el">{node?.name || type?.label || member}</span>
                  </button></li>
                )
              })}
            </ul>
          </div>
        </div>
      </div>
    </>
  )
}
