/** What is different about a node where two versions are shown side by side; absent where one drawing stands alone. */
import { createContext } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../icons/Icon'
import type { IconName } from '../icons/paths'

export type Mark = 'added' | 'removed' | 'changed' | 'moved'
export const Marks = createContext<ReadonlyMap<string, Mark> | null>(null)

const ICONS: Record<Mark, IconName> = { added: 'plus', removed: 'minus', changed: 'note', moved: 'drag' }

export function MarkBadge({ mark }: { mark: Mark }) {
  const { t } = useTranslation()
  return <span className={`markbdg ${mark}`} title={t(`versions.mark.${mark}`)} data-mark={mark}><Icon name={ICONS[mark]} size={12} />{t(`versions.mark.${mark}`)}</span>
}
