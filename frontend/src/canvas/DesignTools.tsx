/** The floating tools of the editor: back, forth, tidy, note, group, find, zoom. */
import { useTranslation } from 'react-i18next'
import { nodesSelected } from '../drawing/groups'
import { useFlow } from '../flow/store'
import { command } from './commanding'
import { Tool, Tools } from './Tools'

export function DesignTools() {
  const { t } = useTranslation()
  const undo = useFlow((state) => (state.history?.past.length ?? 0) > 0)
  const redo = useFlow((state) => (state.history?.future.length ?? 0) > 0)
  const several = useFlow((state) => Object.keys(state.history?.present.nodes ?? {}).length > 1)
  const chosen = useFlow((state) => (state.history ? nodesSelected(state.history.present, state.selected).length > 0 : false))
  return (
    <Tools>
      <Tool icon="undo" label={t('editor.undo')} keys="Control+Z" disabled={!undo} onClick={() => command('undo')} />
      <Tool icon="redo" label={t('editor.redo')} keys="Control+Shift+Z" disabled={!redo} onClick={() => command('redo')} />
      <span className="vr" style={{ margin: '0 3px' }} />
      <Tool icon="tidy" label={t('editor.tidy')} keys="Control+Shift+L" disabled={!several} onClick={() => command('tidy')} />
      <Tool icon="note" label={t('editor.addNote')} keys="N" onClick={() => command('note')} />
      <Tool icon="group" label={t('drawing.command.group')} keys="Control+G" disabled={!chosen} onClick={() => command('group')} />
      <Tool icon="search" label={t('drawing.command.find')} keys="Control+F" onClick={() => command('find')} />
      <span className="vr" style={{ margin: '0 3px' }} />
    </Tools>
  )
}
