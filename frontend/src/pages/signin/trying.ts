/** One try at the door: busy while it lasts, and afterwards what was wrong, in words. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client'

export interface Trying {
  busy: boolean
  fault: string | null
  /** The fault of this field, if the designer named one. */
  of: (field: string) => string | null
  clear: () => void
  run: (act: () => Promise<void>) => Promise<boolean>
  refuse: (words: string) => void
}

export function useTrying(): Trying {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const [fields, setFields] = useState<Record<string, string>>({})
  const clear = () => {
    setFault(null)
    setFields({})
  }
  const words = (problem: unknown) => {
    if (!(problem instanceof ApiError) || problem.status === 0) return t('signin.unreachable')
    return problem.status >= 500 ? t('signin.broken') : problem.detail || problem.title
  }
  const run = async (act: () => Promise<void>) => {
    setBusy(true)
    clear()
    try {
      await act()
      return true
    } catch (problem) {
      const named = problem instanceof ApiError && problem.status === 422 ? problem.errors.filter((one) => one.path !== '') : []
      if (named.length > 0) setFields(Object.fromEntries(named.map((one) => [one.path, one.message])))
      else setFault(words(problem))
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, fault, of: (field) => fields[field] ?? null, clear, run, refuse: setFault }
}
