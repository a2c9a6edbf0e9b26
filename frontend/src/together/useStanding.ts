/** Tells the others what this page has in hand: the one node that is selected, and the field that has the focus. */
import { useEffect, type RefObject } from 'react'
import { noteIndex, useFlow } from '../flow/store'
import { heldField } from './people'
import { hold, moveTo } from './presence'

export function useStanding(inspector: RefObject<HTMLElement | null>): void {
  const node = useFlow((flow) => (flow.selected.length === 1 && flow.selected[0] !== undefined && noteIndex(flow.selected[0]) === null ? flow.selected[0] : null))
  useEffect(() => moveTo({ node }), [node])
  useEffect(() => {
    const fieldOf = (event: Event) => heldField((event.target as HTMLElement).closest<HTMLElement>('[data-field]')?.dataset['field'] ?? null)
    const came = (event: Event) => hold(fieldOf(event))
    const left = () => hold(null)
    const area = inspector.current
    area?.addEventListener('focusin', came)
    area?.addEventListener('input', came)
    area?.addEventListener('focusout', left)
    return () => {
      area?.removeEventListener('focusin', came)
      area?.removeEventListener('input', came)
      area?.removeEventListener('focusout', left)
    }
  })
}
