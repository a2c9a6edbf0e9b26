/** An edge drawn along the lane that was worked out for it. */
import { BaseEdge, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import { useCarried } from './carried'
import type { LaneEdgeType } from './cards'
import { useLive } from './live'
import { useSplicing } from './splicing'
import { useWalked, widthOf } from './walked'

export const LaneEdge = memo(function LaneEdge({ id, data }: EdgeProps<LaneEdgeType>) {
  const lit = useLive((live) => (live.walked ? id in live.edges : undefined))
  const splice = useSplicing((state) => state.edge === id)
  // The edge's id is its node and outlet, as the counts have them; 0 while nobody looks at counts.
  const width = useWalked((state) => (state.most === 0 ? 0 : widthOf(state.outlets.get(id)?.taken ?? 0, state.most)))
  const carried = useCarried((state) => state.shown?.lanes.get(id))
  const lane = carried ?? data
  if (!lane) return null
  const [x, y] = lane.tip
  const state = splice ? 'splice' : lit ? 'lit' : lit === false ? 'dim' : ''
  return (
    <g className={state}>
      <BaseEdge id={id} path={lane.path} interactionWidth={16} className="ed" {...(width > 0 && !lit ? { style: { strokeWidth: width } } : {})} />
      <path className="ah" d={`M${x} ${y}l-4.2-6.5h8.4z`} />
    </g>
  )
})
