/** An edge drawn along the lane that was worked out for it. */
import { BaseEdge, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import type { LaneEdgeType } from './cards'
import { useLive } from './live'
import { useSplicing } from './splicing'

export const LaneEdge = memo(function LaneEdge({ id, data }: EdgeProps<LaneEdgeType>) {
  const lit = useLive((live) => (live.walked ? id in live.edges : undefined))
  const splice = useSplicing((state) => state.edge === id)
  if (!data) return null
  const [x, y] = data.tip
  const state = splice ? 'splice' : lit ? 'lit' : lit === false ? 'dim' : ''
  return (
    <g className={state}>
      <BaseEdge id={id} path={data.path} interactionWidth={16} className="ed" />
      <path className="ah" d={`M${x} ${y}l-4.2-6.5h8.4z`} />
    </g>
  )
})
