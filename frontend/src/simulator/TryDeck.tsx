/** Trying a draft: the drawing lights up as a session walks it, and phone, chat and clock stand beside it. */
import { useReactFlow } from '@xyflow/react'
import { useEffect, useMemo, useRef, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { FollowCanvas } from '../canvas/FollowCanvas'
import { useLive } from '../canvas/live'
import { useUncovered } from '../canvas/uncovered'
import { useNodeTypes } from '../flow/nodeTypes'
import { outletsOf } from '../flow/outlets'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import { HelpLink } from '../pages/shell/HelpLink'
import type { IconName } from '../icons/paths'
import type { NodeOf } from '../sessions/nodes'
import { CallFloat } from './CallMe'
import { Floats } from './Floats'
import { useRealCall } from './realCall'
import { useRuns } from './runs'
import { coveredWay, missingOf } from './scenarios'
import './simulator.css'
import { useTry } from './store'
import { TryPanel } from './TryPanel'
import { standsAt, wayOf } from './turns'

const READABLE = 0.6

interface Props { document: FlowDocument; startWords: string; onClose: () => void; onGo: (node: string) => void }

export function TryDeck({ document, startWords, onClose, onGo }: Props) {
  const { i18n } = useTranslation()
  const canvas = useRef<HTMLElement>(null)
  const { id, checked } = useFlow()
  const { open, close } = useTry()
  const types = useNodeTypes((state) => state.byType)
  const nodeOf = useMemo<NodeOf>(() => (node) => {
    const found = document.nodes[node]
    if (!found) return undefined
    const type = types[found.type]
    return { name: found.name || type?.label || node, icon: type?.icon ?? 'unknown', medium: type?.medium ?? 'logic', outlets: outletsOf(found, checked?.nodes[node], type) }
  }, [document, types, checked])

  const language = document.languages?.find((tag) => tag === i18n.language) ?? document.languages?.[0] ?? i18n.language
  useEffect(() => {
    if (id) void open(id, language, typeof document['record_type'] === 'string' ? document['record_type'] : '')
    return close
    // The language of the first try is that of who looks; changing it, or the flow's record type, does not begin anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, open, close])
  useLit(document, canvas)

  return (
    <div className="deck try-deck">
      <Rail onClose={onClose} />
      <main className="col grow" ref={canvas}>
        <FollowCanvas document={document} checked={checked} startWords={startWords} note={null} />
        <Floats document={document} nodeOf={nodeOf} />
        <CallFloat nodeOf={nodeOf} />
      </main>
      <TryPanel document={document} nodeOf={nodeOf} onGo={onGo} />
    </div>
  )
}

/** Lights the way on the drawing, or what all scenarios have covered, and keeps the step in sight. */
function useLit(document: FlowDocument, canvas: RefObject<HTMLElement | null>) {
  const flow = useReactFlow()
  const { turns, looked } = useTry()
  const { run, chosen, lit } = useRuns()
  const { highlight, clear } = useLive()
  const setMissing = useUncovered((state) => state.setMissing)
  const { session, way, detail } = useRealCall()
  const upTo = useMemo(() => (looked === null ? turns : turns.slice(0, looked)), [turns, looked])
  const standing = useMemo(() => standsAt(upTo, document.nodes), [upTo, document.nodes])
  const last = useMemo(() => wayOf(upTo, document.nodes).at(-1)?.node ?? null, [upTo, document.nodes])

  useEffect(() => {
    const result = chosen === null ? undefined : run?.results[chosen]
    if (session) {
      setMissing(null)
      highlight(way, detail?.ended_at ? null : (detail?.node ?? null))
    } else if (lit && run) {
      setMissing(result ? null : missingOf(run))
      highlight(result ? result.walked : coveredWay(run), null)
    } else {
      setMissing(null)
      highlight(wayOf(upTo, document.nodes), standing)
    }
  }, [upTo, standing, document.nodes, run, chosen, lit, session, way, detail, highlight, setMissing])
  useEffect(() => () => {
    clear()
    setMissing(null)
    useRealCall.getState().forget()
    useRuns.getState().forget()
  }, [clear, setMissing])

  const begun = useRef(false)
  const goal = session ? (detail?.node ?? null) : (standing ?? last)
  useEffect(() => {
    const node = goal ? flow.getInternalNode(goal) : undefined
    const area = canvas.current?.getBoundingClientRect()
    if (!node || !area) return
    const { x, y } = node.internals.positionAbsolute
    const width = node.measured.width ?? 0
    const height = node.measured.height ?? 0
    const from = flow.flowToScreenPosition({ x, y })
    const to = flow.flowToScreenPosition({ x: x + width, y: y + height })
    // A wide flow that was fitted in is too small to read: the first step brings it near, once.
    const zoom = begun.current ? flow.getZoom() : Math.max(flow.getZoom(), READABLE)
    const outside = zoom > flow.getZoom() || from.x < area.left + 12 || to.x > area.right - 12 || from.y < area.top + 56 || to.y > area.bottom - 60
    if (outside) void flow.setCenter(x + width / 2, y + height / 2, { zoom, duration: 320 })
    begun.current = true
  }, [goal, flow, canvas])
}

function Rail({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const flow = useReactFlow()
  const issues = useFlow((state) => state.issues.length)
  const button = (icon: IconName, label: string, onClick: () => void, warned = false) => (
    <button type="button" className={`btn g ic${warned ? ' wac' : ''}`} aria-label={label} title={label} onClick={onClick}><Icon name={icon} /></button>
  )
  return (
    <nav className="try-rail" aria-label={t('try.rail')}>
      {button('lt', t('try.toDesign'), onClose)}
      {button('flow', t('editor.fit'), () => void flow.fitView({ padding: 0.08, maxZoom: 1, duration: 320 }))}
      {issues > 0 && button('warn', t('try.issues', { count: issues }), onClose, true)}
      <span className="sp" />
      <HelpLink small />
    </nav>
  )
}
