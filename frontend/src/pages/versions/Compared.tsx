/** One or two states of a flow as drawings, side by side and moved together, with what differs marked on their cards. */
import { ReactFlowProvider, useReactFlow, type Viewport } from '@xyflow/react'
import { useEffect, useMemo, useRef, type ReactNode, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { CanvasFrame } from '../../canvas/CanvasFrame'
import { Marks, type Mark } from '../../canvas/marks'
import { Tools } from '../../canvas/Tools'
import { useDrawing } from '../../canvas/useDrawing'
import type { Shown } from './editions'

export interface Side { title: ReactNode; shown: Shown; marks: ReadonlyMap<string, Mark> }
type Which = 'before' | 'after'
interface Handle { set: (viewport: Viewport) => void; get: () => Viewport; find: (node: string) => [number, number] | null; center: (at: [number, number]) => void }
/** The drawings of this page: the one before follows the one after, and moves it when a person moves it. */
type Drawings = Map<Which, Handle>

interface Props { before: Side | null; after: Side; startWords: string; goer: RefObject<(node: string) => void> }

export function Compared({ before, after, startWords, goer }: Props) {
  const drawings = useRef<Drawings>(new Map())
  useEffect(() => {
    goer.current = (node) => {
      const { current: all } = drawings
      const at = all.get('after')?.find(node) ?? all.get('before')?.find(node)
      if (at) all.get('after')?.center(at)
    }
  }, [goer])
  return (
    <div className="compared">
      {before && <One side="before" {...before} startWords={startWords} drawings={drawings} />}
      <One side="after" {...after} startWords={startWords} drawings={drawings} />
    </div>
  )
}

interface OneProps extends Side { side: Which; startWords: string; drawings: RefObject<Drawings> }

function One({ side, title, shown, marks, startWords, drawings }: OneProps) {
  return (
    <ReactFlowProvider>
      <section className="compared-side" data-side={side}>
        <header className="row">{title}</header>
        <Marks value={marks}>
          <Drawing side={side} shown={shown} startWords={startWords} drawings={drawings} />
        </Marks>
      </section>
    </ReactFlowProvider>
  )
}

const NOTHING = { issues: [], selected: [], moving: {} }

function Drawing({ side, shown, startWords, drawings }: { side: Which; shown: Shown; startWords: string; drawings: RefObject<Drawings> }) {
  const { t } = useTranslation()
  const flow = useReactFlow()
  const quiet = useMemo(() => shown.checked && { ...shown.checked, errors: [], warnings: [] }, [shown])
  const drawing = useDrawing({ document: shown.document, checked: quiet, ...NOTHING, edge: null, startWords, open: true })
  useEffect(() => {
    const all = drawings.current
    const find = (node: string): [number, number] | null => {
      const at = flow.getInternalNode(node)
      return at ? [at.internals.positionAbsolute.x + (at.measured.width ?? 0) / 2, at.internals.positionAbsolute.y + (at.measured.height ?? 0) / 2] : null
    }
    all.set(side, {
      set: (viewport) => void flow.setViewport(viewport), get: flow.getViewport, find,
      center: ([x, y]) => void flow.setCenter(x, y, { zoom: Math.max(flow.getZoom(), 0.8), duration: 320 }),
    })
    const after = side === 'before' ? all.get('after') : undefined
    if (after) void flow.setViewport(after.get())
    return () => { all.delete(side) }
  }, [drawings, flow, side])
  if (!drawing.ready) return <section className="canvas" aria-busy="true" />
  return (
    <CanvasFrame
      label={t(`versions.${side}`)} nodes={drawing.nodes} edges={drawing.edges}
      nodesDraggable={false} nodesConnectable={false} elementsSelectable={false} selectionOnDrag={false} panOnDrag
      fitView={side === 'after'}
      // `event` is null when the page itself moves a drawing: then the one before follows and does not lead.
      onMove={(event, viewport) => { if (event || side === 'after') drawings.current.get(side === 'before' ? 'after' : 'before')?.set(viewport) }}
    >
      {side === 'after' && <Tools />}
    </CanvasFrame>
  )
}
