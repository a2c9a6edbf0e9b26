/** The journal as it was written: each event, and the commands that came of it. */
import { useTranslation } from 'react-i18next'
import { Icon } from '../icons/Icon'
import { clockSeconds } from '../i18n/time'
import type { JournalTurn } from './journal'

export function Journal({ turns }: { turns: readonly JournalTurn[] }) {
  const { t } = useTranslation()
  return (
    <ol className="fp-journal" aria-label={t('sessions.journal')}>
      {turns.map((turn) => (
        <li key={turn.turn}>
          {turn.event && <Entry at={turn.at} sign="in" words={t('sessions.event')} body={turn.event} />}
          {(turn.commands ?? []).map((command, place) => (
            <Entry key={command.id ?? place} at={turn.at} sign="out" words={t('sessions.command')} body={command} />
          ))}
        </li>
      ))}
    </ol>
  )
}

interface EntryProps {
  at: string
  sign: 'in' | 'out'
  words: string
  body: { type: string; [key: string]: unknown }
}

function Entry({ at, sign, words, body }: EntryProps) {
  const { type, at: _at, ...rest } = body
  return (
    <details className="fp-entry" data-sign={sign}>
      <summary>
        <span className="mono i3">{clockSeconds(new Date(at))}</span>
        <span title={words}>
          <Icon name={sign === 'in' ? 'rt' : 'lt'} size={12} />
          <span className="vh">{words}</span>
        </span>
        <span className="mono">{type}</span>
        <span className="mono i3 el">{brief(rest)}</span>
      </summary>
      <pre className="mono">{JSON.stringify(body, null, 2)}</pre>
    </details>
  )
}

/** The members of an event in one line, without what only machines need. */
function brief(body: Record<string, unknown>): string {
  const shown = Object.entries(body).filter(([name, value]) => name !== 'leg' && name !== 'id' && name !== 'command_id' && value !== null && value !== '')
  return shown.map(([name, value]) => `${name}=${inLine(value)}`).join('  ')
}

/** A prompt's parts as what is heard of them. */
function inLine(value: unknown): string {
  if (Array.isArray(value)) return value.map((one: unknown) => inLine(heard(one))).join(' ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function heard(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part
  const { text, digits, asset, seconds } = part as Record<string, unknown>
  return text ?? digits ?? asset ?? seconds ?? part
}
