/** Several things are selected: what can be done with them together. */
import { useTranslation } from 'react-i18next'
import { command, situation } from '../canvas/commanding'
import { can, commands, type Command, type CommandId } from '../canvas/commands'
import { Icon } from '../icons/Icon'
import type { IconName } from '../icons/paths'

const ALIGN: [CommandId, IconName][] = [['left', 'alignLeft'], ['centre', 'alignCentre'], ['right', 'alignRight'], ['top', 'alignTop'], ['middle', 'alignMiddle'], ['bottom', 'alignBottom']]
const SPREAD: [CommandId, IconName][] = [['across', 'spreadAcross'], ['down', 'spreadDown']]
const ALL: CommandId[] = ['duplicate', 'tidy', 'group', 'takeOut', 'subflow', 'delete']

export function Several({ count }: { count: number }) {
  const { t } = useTranslation()
  const now = situation()
  const may = (id: CommandId) => now !== null && can((commands as readonly Command[]).find((one) => one.id === id) as Command, now)
  const tool = ([id, icon]: [CommandId, IconName]) => (
    <button key={id} type="button" className="btn ic" disabled={!may(id)} aria-label={t(`drawing.command.${id}`)} title={t(`drawing.command.${id}`)} onClick={() => command(id)}><Icon name={icon} /></button>
  )
  return (
    <>
      <header className="head"><div className="row"><span className="t14 b">{t('editor.severalSelected', { count })}</span></div></header>
      <div className="panel">
        <div className="pad fields">
          <div><div className="lab">{t('drawing.align')}</div><div className="row wrap" role="group" aria-label={t('drawing.align')}>{ALIGN.map(tool)}</div></div>
          <div><div className="lab">{t('drawing.distribute')}</div><div className="row wrap" role="group" aria-label={t('drawing.distribute')}>{SPREAD.map(tool)}</div></div>
          <div className="col actions">
            {ALL.filter(may).map((id) => (
              <button key={id} type="button" className={`btn${id === 'delete' ? ' d' : ''}`} onClick={() => command(id)}>{t(`drawing.command.${id}`)}</button>
            ))}
          </div>
        </div>
      </div>
    </>
  )
}
