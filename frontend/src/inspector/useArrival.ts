/** Puts the focus on the field that a goal names, once its tab stands there; on what holds it if it has none of its own. */
import { type RefObject, useEffect } from 'react'
import type { Goal } from '../flow/goal'

const FIELDS = 'textarea, input:not([type=radio]):not([tabindex="-1"]), button'

export function useArrival(panel: RefObject<HTMLElement | null>, goal: Goal | null): void {
  useEffect(() => {
    const box = panel.current
    if (!goal || goal.path === '' || !box) return
    const frame = requestAnimationFrame(() => {
      const place = fieldAt(box, goal.path)
      const field = place?.querySelector<HTMLElement>(FIELDS)
      field?.focus({ preventScroll: true })
      place?.scrollIntoView({ block: 'nearest' })
    })
    return () => cancelAnimationFrame(frame)
    // Once for each goal; a tab that is chosen later is the reader's own way.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [goal?.key])
}

/** The nearest field that a path leads to: `prompt.en` is edited in `prompt`. */
function fieldAt(box: HTMLElement, path: string): HTMLElement | null {
  const names = path.replace(/^config\./, '').split('.')
  for (let length = names.length; length > 0; length -= 1) {
    const found = box.querySelector<HTMLElement>(`[data-field="${CSS.escape(names.slice(0, length).join('.'))}"]`)
    if (found) return found
  }
  return null
}
