/** How many took an outlet lately, on its lower edge; red where sessions ended by it. */
import { useTranslation } from 'react-i18next'
import { edgeKey } from './live'
import { useWalked } from './walked'

export function CountPill({ node, outlet }: { node: string; outlet: string }) {
  const { t, i18n } = useTranslation()
  const by = useWalked((state) => (state.most === 0 ? undefined : state.outlets.get(edgeKey(node, outlet))))
  if (!by) return null
  const number = by.taken.toLocaleString(i18n.language)
  const words = by.ended > 0 ? t('sessions.pillEnded', { count: by.taken, number, ended: by.ended.toLocaleString(i18n.language) }) : t('sessions.pill', { count: by.taken, number })
  return <span className={`n${by.ended * 2 > by.taken ? ' dr' : ''}`} title={words} aria-label={words} data-count={by.taken}>{number}</span>
}
