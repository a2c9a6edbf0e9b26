/** A group on the drawing: a frame with its name, or, folded, one card with the ways that lead out of it. */
import { Handle, Position, type NodeProps } from '@xyflow/react'
import { memo, useContext, type CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { groupOfKey } from '../drawing/groups'
import { Icon, Tile } from '../icons/Icon'
import { CanvasActions } from './actions'
import { useCarried, useShift } from './carried'
import type { CardData, GroupNode } from './cards'
import { NameField } from './NameField'

export const GroupCard = memo(function GroupCard({ id, data, selected, positionAbsoluteX: x, positionAbsoluteY: y }: NodeProps<GroupNode>) {
  const { card, frame } = data
  const shift = useShift(id, x, y)
  // A frame grows around a member that is carried out of it.
  const carried = useCarried((state) => state.shown?.frames.get(id))
  if (card) return <FoldedCard id={id} card={card} selected={selected} shift={shift} />
  if (!frame) return null
  return (
    <div className={`frame${selected ? ' sel' : ''}`} style={carried && { translate: `${carried.x - x}px ${carried.y - y}px`, width: carried.width, height: carried.height }}>
      <div className="gh">
        <FoldButton id={id} folded={false} />
        <NameField id={id} name={frame.name} />
        <span className="t11 i3 nw">{frame.count}</span>
        {frame.worst && <span className={frame.worst === 'error' ? 'erc' : 'wac'}><Icon name={frame.worst === 'error' ? 'err' : 'warn'} size={14} /></span>}
      </div>
    </div>
  )
})

function FoldedCard({ id, card, selected, shift }: { id: string; card: CardData; selected: boolean; shift: CSSProperties | undefined }) {
  const classes = ['nd', 'pile', card.outlets.length === 0 && 'end', selected && 'sel', card.errors > 0 ? 'err' : card.warnings > 0 && 'warn']
  const count = card.errors > 0 ? card.errors : card.warnings
  return (
    <div className={classes.filter(Boolean).join(' ')} style={shift}>
      <Handle id="in" type="target" position={Position.Top} isConnectable={false} />
      {card.start !== null && <span className="tag"><Icon name="play" size={12} />{card.start}</span>}
      {count > 0 && <span className={`bdg${card.errors > 0 ? ' e' : ''}`}><span>{count}</span></span>}
      <div className="hd">
        <Tile icon={card.icon} medium={card.medium} />
        <div className="grow">
          <div className="nm"><NameField id={id} name={card.name} /><FoldButton id={id} folded /></div>
          {card.outlets.length > 0 && <div className="su el">{card.summary}</div>}
        </div>
      </div>
      {card.outlets.length > 0 && (
        <div className="ft">
          {card.outlets.map((outlet) => (
            <div key={outlet.id} className="out" style={{ width: outlet.width }} title={outlet.label} data-outlet={outlet.id}>
              <span className="el">{outlet.words}</span>
              <Handle id={outlet.id} type="source" position={Position.Bottom} isConnectable={false} />
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

function FoldButton({ id, folded }: { id: string; folded: boolean }) {
  const { t } = useTranslation()
  const actions = useContext(CanvasActions)
  const group = groupOfKey(id)
  if (!actions || group === null) return null
  const label = t(folded ? 'drawing.unfold' : 'drawing.fold')
  return (
    <button type="button" className="nodrag foldbtn" tabIndex={-1} aria-label={label} title={label} aria-expanded={!folded} onClick={(event) => { event.stopPropagation(); actions.fold(group, !folded) }}>
      <Icon name={folded ? 'rt' : 'dn'} size={14} />
    </button>
  )
}
