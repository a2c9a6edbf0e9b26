/** The sessions of a flow, newest first: who, how it stands, where, since when. */
import { memo, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { SessionRow } from '../api/types'
import { dayAndClock } from '../i18n/time'
import { Elapsed } from './Elapsed'
import { StatusChip } from './StatusChip'
import { type NodeOf, nodeName } from './nodes'
import { who } from './rows'

interface SessionListProps {
  rows: readonly SessionRow[]
  selected: string | null
  onSelect: (id: string) => void
  nodeOf: NodeOf
}

export function SessionList({ rows, selected, onSelect, nodeOf }: SessionListProps) {
  const { t } = useTranslation()
  const step = (event: KeyboardEvent<HTMLUListElement>) => {
    const by = event.key === 'ArrowDown' ? 'nextElementSibling' : event.key === 'ArrowUp' ? 'previousElementSibling' : undefined
    const other = by && document.activeElement?.closest('li')?.[by]?.querySelector('button')
    if (!other) return
    event.preventDefault()
    other.focus()
  }
  return (
    <ul className="fp-rows" aria-label={t('sessions.list')} onKeyDown={step}>
      {rows.map((row) => (
        <Row key={row.id} row={row} on={row.id === selected} onSelect={onSelect} nodeOf={nodeOf} />
      ))}
    </ul>
  )
}

const Row = memo(function Row({ row, on, onSelect, nodeOf }: { row: SessionRow; on: boolean; onSelect: (id: string) => void; nodeOf: NodeOf }) {
  const { t } = useTranslation()
  const name = who(row) ?? t('sessions.noContact')
  const where = row.node ? nodeName(nodeOf, row.node) : t('sessions.atEnd')
  return (
    <li>
      <button type="button" className="fp-row" aria-current={on || undefined} data-session={row.id} data-status={row.status} onClick={() => onSelect(row.id)}>
        <span className="fp-who b el" title={name}>{name}</span>
        <span className="fp-chip"><StatusChip session={row} /></span>
        <span className="fp-where i2 el" title={where}>{where}</span>
        <span className="fp-when i3"><When row={row} /></span>
      </button>
    </li>
  )
})

/** How long it has run, when it goes on, or when it ended. */
function When({ row }: { row: SessionRow }) {
  const { t, i18n } = useTranslation()
  if (row.status === 'running') return <Elapsed since={row.started_at} />
  if (row.status === 'waiting' && row.wake_at) return t('sessions.wakes', { at: dayAndClock(new Date(row.wake_at), i18n.language) })
  return dayAndClock(new Date(row.ended_at ?? row.started_at), i18n.language)
}
