/** The editor's parts and what they say to each other. */
import { useReactFlow } from '@xyflow/react'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMatch, useNavigate } from 'react-router'
import type { FlowDocument } from '../../api/types'
import { useCommanding } from '../../canvas/commanding'
import { DesignCanvas } from '../../canvas/DesignCanvas'
import { useFlow } from '../../flow/store'
import { startWords, useTriggers } from '../../flow/triggers'
import { Inspector } from '../../inspector/Inspector'
import { IssuesDrawer } from '../../issues/IssuesDrawer'
import { Palette } from '../../palette/Palette'
import { Avatars } from '../../together/Avatars'
import { Cursors } from '../../together/Cursors'
import { useStanding } from '../../together/useStanding'
import { useTogether } from '../../together/useTogether'
import { MergeBar } from './MergeBar'
import { Publish } from './Publish'
import { SaveTrouble } from './SaveTrouble'
import { TopBar } from './TopBar'

// Who draws need not load the phone; who tries does.
const TryDeck = lazy(async () => ({ default: (await import('../../simulator/TryDeck')).TryDeck }))
const TryTools = lazy(async () => ({ default: (await import('../../simulator/TryTools')).TryTools }))

export function Workbench({ document }: { document: FlowDocument }) {
  const { t } = useTranslation()
  const flow = useReactFlow()
  const [issuesAsked, setIssuesAsked] = useState<boolean | null>(null)
  const [publishing, setPublishing] = useState(false)
  const [panels, setPanels] = useState({ left: true, right: true })
  const inspector = useRef<HTMLDivElement>(null)
  const adder = useRef<(type: string) => void>(() => undefined)
  const { select, id, published } = useFlow()
  // Unless someone has said otherwise the drawer is open while there is something in it.
  const issuesOpen = useFlow((state) => issuesAsked ?? state.issues.length > 0)
  const triggers = useTriggers((state) => state.list)
  const navigate = useNavigate()
  const trying = useMatch('/flows/:id/try') !== null
  const design = useCallback(() => void navigate(`/flows/${id}`), [navigate, id])
  useEffect(() => useCommanding.setState({ tryIt: () => void navigate(`/flows/${id}/try`) }), [navigate, id])

  const inspect = useCallback(() => {
    setPanels((now) => ({ ...now, right: true }))
    const first = () => inspector.current?.querySelector<HTMLElement>('.panel input:not([type=radio]), .panel textarea') ?? inspector.current?.querySelector<HTMLElement>('.titlefield')
    requestAnimationFrame(() => first()?.focus())
  }, [])
  const go = useCallback((id: string) => {
    select([id])
    const node = flow.getInternalNode(id)
    if (!node) return
    const { x, y } = node.internals.positionAbsolute
    void flow.setCenter(x + (node.measured.width ?? 0) / 2, y + (node.measured.height ?? 0) / 2, { zoom: Math.max(flow.getZoom(), 0.8), duration: 320 })
  }, [flow, select])

  useTogether(id)
  useStanding(inspector)
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.closest('input,textarea,select,[contenteditable=true]')) return
      if (event.key === '[') setPanels((now) => ({ ...now, left: !now.left }))
      if (event.key === ']') setPanels((now) => ({ ...now, right: !now.right }))
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [])

  return (
    <div className="workbench">
      <TopBar id={id ?? ''} name={document.name} published={published} page="design" people={<Avatars />} tools={trying ? <Suspense><TryTools document={document} onClose={design} /></Suspense> : null} onIssues={() => setIssuesAsked(true)} onPublish={() => setPublishing(true)} />
      <SaveTrouble />
      {trying && <Suspense fallback={<div className="deck" aria-busy="true"><div className="canvas" /></div>}><TryDeck document={document} startWords={startWords(triggers, t)} onClose={design} onGo={(node) => { design(); requestAnimationFrame(() => go(node)) }} /></Suspense>}
      {!trying && <div className="deck">
        {panels.left && <Palette document={document} onAdd={(type) => adder.current(type)} onGo={go} />}
        <main className="col grow">
          <div className="drawing-area">
            <MergeBar document={document} onGo={go} />
            <DesignCanvas document={document} startWords={startWords(triggers, t)} onInspect={inspect} adder={adder} />
            <Cursors />
          </div>
          <IssuesDrawer document={document} open={issuesOpen} onToggle={setIssuesAsked} onGo={go} />
        </main>
        {panels.right && <div ref={inspector} style={{ display: 'flex', minHeight: 0 }}><Inspector document={document} /></div>}
      </div>}
      {publishing && <Publish document={document} onClose={() => setPublishing(false)} onGo={go} />}
    </div>
  )
}
