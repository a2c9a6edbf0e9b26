/** The others' pointers over the drawing, and this page's own told to them. Their names fade when they keep still. */
import { useReactFlow, useViewport } from '@xyflow/react'
import { useEffect, useRef } from 'react'
import { NAME_FADES, type Person } from './people'
import { moveTo, usePresence } from './presence'
import './together.css'

export function Cursors() {
  const layer = useRef<HTMLDivElement>(null)
  const flow = useReactFlow()
  const people = usePresence((state) => state.people)
  const seen = Object.values(people).filter((person) => person.cursor !== null)

  useEffect(() => {
    const area = layer.current?.parentElement
    if (!area) return
    const moved = (event: PointerEvent) => {
      if (event.pointerType === 'touch') return
      const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false })
      moveTo({ cursor: [Math.round(x), Math.round(y)] })
    }
    const left = () => moveTo({ cursor: null })
    area.addEventListener('pointermove', moved)
    area.addEventListener('pointerleave', left)
    return () => {
      area.removeEventListener('pointermove', moved)
      area.removeEventListener('pointerleave', left)
      left()
    }
  }, [flow])

  return <div ref={layer} className="cursors" aria-hidden="true">{seen.length > 0 && <Pointers people={seen} />}</div>
}

function Pointers({ people }: { people: Person[] }) {
  const { x, y, zoom } = useViewport()
  return people.map((person) => {
    const [left, top] = person.cursor ?? [0, 0]
    return (
      <div key={person.page} className={`pointer tint-${person.tint}`} data-testid="cursor" style={{ transform: `translate(${left * zoom + x}px,${top * zoom + y}px)` }}>
        <svg width="14" height="17" viewBox="0 0 14 17"><path d="M1 1v12.5l3.4-3.1 2.2 5 2.1-.9-2.2-4.9H11z" fill="currentColor" stroke="var(--surface)" strokeWidth="1.2" /></svg>
        <span key={person.moved} style={{ animationDelay: `${NAME_FADES}ms` }}>{person.name}</span>
      </div>
    )
  })
}
