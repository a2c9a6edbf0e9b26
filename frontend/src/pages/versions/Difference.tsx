/** What differs between the two that are shown, in words; a line leads to its node on both drawings. */
import { Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Change } from '../../api/types'
import type { Edition } from './editions'

interface Props {
  changes: Change[] | null
  against: Edition | null
  choices: { value: Edition; label: string }[]
  onAgainst: (edition: Edition) => void
  onGo: (node: string) => void
  children: ReactNode
}

const SIGNS: Record<string, [string, string]> = { node_added: ['+', 'okc'], node_removed: ['−', 'erc'], node_moved: ['↔', 'i3'] }

export function Difference({ changes, against, choices, onAgainst, onGo, children }: Props) {
  const { t } = useTranslation()
  const [moves, setMoves] = useState(false)
  const moved = (changes ?? []).filter((one) => one.kind === 'node_moved').length
  const listed = (changes ?? []).filter((one) => moves || one.kind !== 'node_moved')
  return (
    <section className="difference" aria-label={t('versions.changes')} aria-busy={changes === null}>
      <header className="row">
        <span className="b grow el">{t('versions.changes')}{changes && changes.length > 0 && <span className="i3"> · {t('versions.changeCount', { count: changes.length })}</span>}</span>
        <Select aria-label={t('versions.compare')} style={{ width: 150 }} value={against ?? ''} options={choices} onChange={onAgainst} />
      </header>
      <ul data-testid="changes">
        {changes?.length === 0 && <li><span className="i3">{t('versions.noChange')}</span></li>}
        {listed.map((one, at) => {
          const [sign, colour] = SIGNS[one.kind] ?? ['~', 'wac']
          const { node } = one
          const words = <><span className={`sign ${colour}`} aria-hidden="true">{sign}</span><span>{one.message}</span></>
          return <li key={`${one.path} ${at}`}>{node === null ? <span>{words}</span> : <button type="button" onClick={() => onGo(node)}>{words}</button>}</li>
        })}
        {moved > 0 && !moves && <li><button type="button" className="i2" onClick={() => setMoves(true)}><span className="sign i3" aria-hidden="true">↔</span><span>{t('versions.moved', { count: moved })}</span></button></li>}
      </ul>
      {children}
    </section>
  )
}
