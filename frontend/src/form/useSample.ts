/** What a template that is being written gives for the flow's sample, in words; asked a moment after the last key. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Sampled, useForm } from './scope'

const QUIET = 350
const template = /\{\{|\{%/

export function useSample(source: string, kind: 'template' | 'condition', focused: boolean): string | null {
  const { sampling } = useForm()
  const { t } = useTranslation()
  const [sampled, setSampled] = useState<{ source: string; given: Sampled } | null>(null)
  const wanted = focused && sampling !== null && source.trim() !== '' && (kind === 'condition' || template.test(source))
  useEffect(() => {
    if (!wanted || !sampling) return
    const asking = new AbortController()
    const timer = setTimeout(() => {
      // Not reached, or not allowed: the text says nothing, and the field goes on as it is.
      sampling(kind, source, asking.signal).then((given) => setSampled({ source, given }), () => setSampled(null))
    }, QUIET)
    return () => {
      clearTimeout(timer)
      asking.abort()
    }
  }, [wanted, sampling, kind, source])
  // It stays when the field is left: what stands below would move away under the pointer that was to press it.
  if (sampled?.source !== source) return null
  const { text, holds } = sampled.given
  if (holds !== null) return t(holds ? 'form.sampleHolds' : 'form.sampleHoldsNot')
  if (text === null) return null
  return text.trim() === '' ? t('form.sampleNothing') : t('form.sampleGives', { text })
}
