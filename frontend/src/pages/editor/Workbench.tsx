/** The editor's parts and what they say to each other. */
import { useReactFlow } from '@xyflow/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../../api/types'
import { DesignCanvas } from '../../canvas/DesignCanvas'
import { useFlow } from '../../flow/store'
import { startWords, useTriggers } from '../../flow/triggers'
import { Inspector } from '../../inspector/Inspector'
import { IssuesDrawer } from '../../issues/IssuesDrawer'
import { Palette } from '../../palette/Palette'
import { Publish } from './Publish'
import { SaveTrouble } from './SaveTrouble'
import { TopBar } from './TopBar'

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
      <TopBar id={id ?? ''} name={document.name} published={published} page="design" onIssues={() => setIssuesAsked(true)} onPublish={() => setPublishing(true)} />
      <SaveTrouble />
      <div className="deck">
        {panels.left && <Palette document={document} onAdd={(type) => adder.current(type)} onGo={go} />}
        <main className="col grow">
          <DesignCanvas document={document} startWords={startWords(triggers, t)} onInspect={inspect} adder={adder} />
          <IssuesDrawer document={document} open={issuesOpen} onToggle={() => setIssuesAsked(!issuesOpen)} onGo={go} />
        </main>
        {panels.right && <div ref={inspector} style={{ display: 'flex', minHeight: 0 }}><Inspector document={document} /></div>}
      </div>
      {publishing && <Publish document={document} onClose={() => setPublishing(false)} onGo={go} />}
    </div>
  )
}
