/** Digits of the keyboard are keys of a telephone, unless a field has the focus. */
import { useEffect } from 'react'

export function useKeyboard(on: boolean, press: (key: string) => void, finish?: () => void) {
  useEffect(() => {
    if (!on) return
    const pressed = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
      if (target.closest('input,textarea,select,[contenteditable=true],[role=combobox],[role=dialog]')) return
      if (/^[0-9*#]$/.test(event.key)) {
        event.preventDefault()
        press(event.key)
      } else if (event.key === 'Enter' && !target.closest('button,a')) finish?.()
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [on, press, finish])
}
