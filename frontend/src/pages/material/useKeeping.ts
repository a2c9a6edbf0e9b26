/** What a form that keeps something goes through: it is busy, it is kept and closes, or its trouble is shown. */
import { useState } from 'react'
import { type Trouble, troubleOf } from './problem'

export function useKeeping(onKept: () => void) {
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [busy, setBusy] = useState(false)
  const go = async (deed: () => Promise<unknown>) => {
    setBusy(true)
    setTrouble(null)
    try {
      await deed()
      onKept()
    } catch (problem) {
      setTrouble(troubleOf(problem))
      setBusy(false)
    }
  }
  return { trouble, busy, go, /** What was refused is being mended. */ forget: () => setTrouble(null) }
}
