/** One node as a card: what it is, what it does, and every way out of it. Knows no node type by name. */
import { Handle, Position, useUpdateNodeInternals, type NodeProps } from '@xyflow/react'
import { memo, useContext, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon, Tile } from '../icons/Icon'
import { isHungUp } from '../flow/outlets'
import type { CardData, CardNode, CardOutlet } from './cards'
import { useShift } from './carried'
import { HeldBy } from '../together/HeldBy'
import { useHolder } from '../together/presence'
import { CanvasActions } from './actions'
import { MarkBadge, Marks } from './marks'
import { CountPill } from './CountPill'
import { useLive } from './live'
import { NameField } from './NameField'
import { useUncovered } from './uncovered'

export const NodeCard = memo(function NodeCard({ id, data, selected, positionAbsoluteX, positionAbsoluteY }: NodeProps<CardNode>) {
  const shift = useShift(id, positionAbsoluteX, positionAbsoluteY)
  const update = useUpdateNodeInternals()
  const actions = useContext(CanvasActions)
  const walkedBy = useLive((live) => (live.walked ? (id in live.walked ? (live.walked[id] ?? '') : null) : undefined))
  const current = useLive((live) => live.current === id)
  const standing = useLive((live) => (live.counts.get(id)?.running ?? 0) > 0)
  const outletKey = data.outlets.map((outlet) => `${outlet.id}:${outlet.width}`).join(' ')
  const measured = useRef(outletKey)
  useEffect(() => {
    // React Flow measures a new card by itself, all of them at once; one by one it would tell everybody 2,000 times.
    if (measured.current === outletKey) return
    measured.current = outletKey
    update(id)
  }, [id, outletKey, update])

  const holder = useHolder(actions === null ? null : id)
  const mark = useContext(Marks)?.get(id)
  const walked = walkedBy !== null && walkedBy !== undefined
  const running = current || (walkedBy === undefined && standing)
  const classes = [
    'nd', data.outlets.length === 0 && 'end', !data.firstFault && !data.summary && 'plain', selected && 'sel', data.missing && 'missing',
    data.errors > 0 ? 'err' : data.warnings > 0 && 'warn',
    running ? 'run' : walked ? 'lit' : walkedBy === null && 'dim', holder && `other tint-${holder.tint}`, mark && `mark ${mark}`,
  ]
  return (
    <div className={classes.filter(Boolean).join(' ')} style={shift}>
      <Handle id="in" type="target" position={Position.Top} isConnectableStart={false} />
      {data.start !== null && <span className="tag"><Icon name="play" size={12} />{data.start}</span>}
      {holder && <HeldBy person={holder} />}
      {mark && <MarkBadge mark={mark} />}
      <Badge data={data} walked={walked && !running} />
      <div className="hd">
        <Tile icon={data.icon} medium={data.medium} />
        <div className="grow">
          <div className="nm">
            <NameField id={id} name={data.name} />
            <LiveChip id={id} />
          </div>
          {data.outlets.length > 0 && (data.firstFault || data.summary) && <div className={`su el${data.errors > 0 ? ' erc' : ''}`} title={data.firstFault ?? data.summary}>{data.firstFault ?? data.summary}</div>}
        </div>
      </div>
      {data.outlets.length > 0 && (
        <div className="ft">
          {data.outlets.map((outlet) => <OutletTab key={outlet.id} node={id} outlet={outlet} walked={walkedBy?.split(' ').includes(outlet.id) ?? false} />)}
        </div>
      )}
    </div>
  )
})

function Badge({ data, walked }: { data: CardData; walked: boolean }) {
  if (data.errors > 0) return <span className="bdg e"><span>{data.errors}</span></span>
  if (data.warnings > 0 && !walked) return <span className="bdg"><span>{data.warnings}</span></span>
  return walked ? <span className="bdg ok"><Icon name="check" size={12} /></span> : null
}

/** Sessions that stand here: talking now with a dot, waiting with a clock. */
function LiveChip({ id }: { id: string }) {
  const running = useLive((live) => live.counts.get(id)?.running ?? 0)
  const waiting = useLive((live) => live.counts.get(id)?.waiting ?? 0)
  const { t } = useTranslation()
  const words = t('editor.standing', { count: running + waiting })
  return (
    <>
      {running > 0 && <span className="live" aria-live="off" aria-label={words} title={words} data-testid="live-count"><span className="pt" />{running}</span>}
      {waiting > 0 && <span className={`live w${running > 0 ? ' second' : ''}`} aria-live="off" aria-label={words} title={words}><Icon name="clock" size={12} />{waiting}</span>}
    </>
  )
}

function OutletTab({ node, outlet, walked }: { node: string; outlet: CardOutlet; walked: boolean }) {
  const { t } = useTranslation()
  const actions = useContext(CanvasActions)
  const connected = outlet.target !== null
  const uncovered = useUncovered((state) => state.missing?.[node]?.includes(outlet.id) ?? false)
  const classes = ['out', !connected && (outlet.soft ? 'soft' : outlet.warned ? 'wa' : 'ho'), walked && 'lit', uncovered && 'un', actions && 'live-out']
  const words = isHungUp(outlet.id)
    ? <span className="hang"><Icon name="hang" size={14} /></span>
    : <span className="el">{outlet.key && <span className="k">{outlet.key}</span>}{outlet.key && outlet.words ? ' ' : ''}{outlet.words}</span>
  const name = outlet.key ? `${outlet.key} ${outlet.words}`.trim() : outlet.label
  const label = t(connected ? 'editor.outletTaken' : 'editor.outletOpen', { outlet: name })
  const hint = uncovered ? t('try.uncovered', { outlet: outlet.label }) : outlet.soft ? t('editor.hangUpByFlow') : outlet.label
  return (
    <div
      className={classes.filter(Boolean).join(' ')} style={{ width: outlet.width }} title={hint} data-outlet={outlet.id}
      onClick={actions ? (event) => actions.quickAdd(node, outlet.id, event.currentTarget) : undefined}
    >
      {actions
        ? <button type="button" className="nodrag" tabIndex={-1} aria-label={label}>{words}</button>
        : words}
      <Handle id={outlet.id} type="source" position={Position.Bottom} isConnectable={actions !== null} />
      {!actions && <CountPill node={node} outlet={outlet.id} />}
    </div>
  )
}
