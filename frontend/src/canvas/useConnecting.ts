/** Pulling an edge from an outlet: onto a node, onto the empty canvas to add one, or let go with Esc. */
import type { OnConnectEnd, ReactFlowInstance } from '@xyflow/react'
import { useStoreApi } from '@xyflow/react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { groupOfKey } from '../drawing/groups'
import * as edit from '../flow/document'
import { noteIndex, useFlow } from '../flow/store'
import type { AnyNode, LaneEdgeType } from './cards'

export function useConnecting(flow: ReactFlowInstance<AnyNode, LaneEdgeType>) {
  const [on, setOn] = useState(false)
  const given = useRef(false)
  const store = useStoreApi()
  useEffect(() => {
    if (!on) return
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      given.current = true
      store.getState().cancelConnection()
      setOn(false)
      event.stopPropagation()
    }
    window.addEventListener('keydown', pressed, true)
    return () => window.removeEventListener('keydown', pressed, true)
  }, [on, store])

  const onConnectEnd: OnConnectEnd = useCallback((event, state) => {
    setOn(false)
    const { ask, edit: change } = useFlow.getState()
    const source = state.fromNode?.id
    const outlet = state.fromHandle?.id
    if (given.current || !source || !outlet || state.toHandle) return
    const { clientX: x, clientY: y } = 'changedTouches' in event ? (event.changedTouches[0] ?? { clientX: 0, clientY: 0 }) : event
    const over = window.document.elementFromPoint(x, y)
    const target = over?.closest('.react-flow__node')?.getAttribute('data-id')
    // Back where it began: nothing was pulled. Onto the card itself leads it to itself.
    if (target === source && over?.closest('[data-outlet]')?.getAttribute('data-outlet') === outlet) return
    if (target && noteIndex(target) === null && groupOfKey(target) === null) return change((before) => edit.connect(before, source, outlet, target))
    if (over?.closest('.react-flow__pane')) {
      const at = flow.screenToFlowPosition({ x, y })
      ask({ from: { source, outlet }, text: '', screen: { x, y }, at: [at.x, at.y] })
    }
  }, [flow])

  const props = useMemo(() => ({
    onConnectStart: () => { given.current = false; setOn(true) },
    onConnectEnd,
    isValidConnection: () => !given.current,
    onConnect: ({ source, sourceHandle, target }: { source: string; sourceHandle: string | null; target: string }) => {
      if (sourceHandle && !given.current) useFlow.getState().edit((before) => edit.connect(before, source, sourceHandle, target))
    },
  }), [onConnectEnd])
  return { on, props }
}
