/** The floating tools: back, forth, tidy, note, zoom. */
import { useReactFlow, useStore } from '@xyflow/react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../icons/Icon'
import type { IconName } from '../icons/paths'

export function Tool({ icon, label, keys, disabled, onClick }: { icon: IconName; label: string; keys?: string; disabled?: boolean; onClick: () => void }) {
  return (
    <button type="button" className="btn ic sm g" disabled={disabled} aria-label={label} aria-keyshortcuts={keys} title={keys ? `${label}  ${keys}` : label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  )
}

export const FIT = { padding: 0.08, maxZoom: 1, duration: 320 }

export function Tools({ children }: { children?: ReactNode }) {
  const { t } = useTranslation()
  const flow = useReactFlow()
  const zoom = useStore((state) => Math.round(state.transform[2] * 100))
  return (
    <div className="float tools" role="toolbar" aria-label={t('editor.tools')}>
      {children}
      <Tool icon="minus" label={t('editor.zoomOut')} onClick={() => void flow.zoomOut({ duration: 120 })} />
      <button type="button" className="pc" aria-label={t('editor.zoomFull', { zoom })} title={t('editor.zoomFullHint')} onClick={() => void flow.zoomTo(1, { duration: 200 })}>{zoom}%</button>
      <Tool icon="plus" label={t('editor.zoomIn')} onClick={() => void flow.zoomIn({ duration: 120 })} />
      <Tool icon="fit" label={t('editor.fit')} keys="F" onClick={() => void flow.fitView(FIT)} />
    </div>
  )
}
