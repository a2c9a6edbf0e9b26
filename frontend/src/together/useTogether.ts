/** Be in this flow's drawing with the others: hear who saves and who publishes. */
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useFlow } from '../flow/store'
import { useMe } from '../api/me'
import { together } from './presence'

export function useTogether(flow: string | null): void {
  const { t } = useTranslation()
  const { heard, setPublished, say } = useFlow()
  useEffect(() => {
    if (flow === null) return
    return together(flow, {
      draft: heard,
      published: (version, name) => {
        if (useFlow.getState().published === version) return
        setPublished(version)
        if (name !== useMe.getState().me?.name) say(t('together.publishedBy', { name, version }))
      },
    })
  }, [flow, heard, setPublished, say, t])
}
