/** A finger held on a card opens the list of what can be done with it; a hand has no keys and no second button. */
import { useEffect, type RefObject } from 'react'
import { useFlow } from '../flow/store'
import { useCommanding } from './commanding'

const HELD = 500
/** A finger is never quite still. */
const STILL = 8

export function useLongPress(element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let from: PointerEvent | null = null
    let opened = false
    const letGo = () => {
      clearTimeout(timer)
      from = null
    }
    const inside = (event: Event) => element.current?.contains(event.target as Node) === true
    const down = (event: PointerEvent) => {
      letGo()
      opened = false
      const id = (event.target as Element).closest('.react-flow__node')?.getAttribute('data-id')
      if (event.pointerType !== 'touch' || !event.isPrimary || !id || !inside(event)) return
      from = event
      timer = setTimeout(() => {
        opened = true
        const { selected, select } = useFlow.getState()
        if (!selected.includes(id)) select([id])
        useCommanding.getState().show('commands')
      }, HELD)
    }
    const moved = (event: PointerEvent) => {
      if (from && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > STILL) letGo()
    }
    /** The finger that opened the list must not press what lies below it when it is lifted. */
    const lifted = (event: TouchEvent) => {
      if (opened && event.cancelable) event.preventDefault()
      opened = false
    }
    const menu = (event: MouseEvent) => {
      if (inside(event) && (opened || from)) event.preventDefault()
    }
    const options = { capture: true }
    window.addEventListener('pointerdown', down, options)
    window.addEventListener('pointermove', moved, options)
    window.addEventListener('pointerup', letGo, options)
    window.addEventListener('pointercancel', letGo, options)
    window.addEventListener('touchend', lifted, { capture: true, passive: false })
    window.addEventListener('contextmenu', menu, options)
    return () => {
      letGo()
      window.removeEventListener('pointerdown', down, options)
      window.removeEventListener('pointermove', moved, options)
      window.removeEventListener('pointerup', letGo, options)
      window.removeEventListener('pointercancel', letGo, options)
      window.removeEventListener('touchend', lifted, options)
      window.removeEventListener('contextmenu', menu, options)
    }
  }, [element])
}
