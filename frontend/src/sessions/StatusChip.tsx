/** How a session stands or how it went, as a chip: a word, and a dot while it runs. */
import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SessionRow } from '../api/types'

type Standing = Pick<SessionRow, 'status' | 'outcome'>

const colour: Record<SessionRow['status'], string> = { running: 'br', waiting: '', completed: 'ok', failed: 'er', cancelled: '', expired: 'wa' }

export function statusWords({ status, outcome }: Standing, t: TFunction): string {
  if (status === 'completed' && outcome === 'hung_up') return t('sessions.hungUp')
  if (status === 'completed' && outcome && outcome !== 'completed') return outcome
  return t(`sessions.status.${status}`)
}

export function StatusChip({ session, children }: { session: Standing; children?: ReactNode }) {
  const { t } = useTranslation()
  const hungUp = session.status === 'completed' && session.outcome === 'hung_up'
  const words = statusWords(session, t)
  return (
    <span className={`chip ${hungUp ? 'wa' : colour[session.status]}`} data-status={session.status} title={words}>
      {session.status === 'running' && <span className="pt" />}
      <span className="el">{words}</span>
      {children}
    </span>
  )
}
