/** The way a session took, line by line; a chosen line is shown on the drawing. */
import { useTranslation } from 'react-i18next'
import { Icon, iconName } from '../icons/Icon'
import { clockSeconds } from '../i18n/time'
import { useLineWords } from './lineWords'
import type { Line } from './journal'
import type { NodeOf } from './nodes'

interface StepsProps {
  lines: readonly Line[]
  chosen: string | null
  onChoose: (key: string | null) => void
  nodeOf: NodeOf
}

export function Steps({ lines, chosen, onChoose, nodeOf }: StepsProps) {
  const { t } = useTranslation()
  const words = useLineWords(nodeOf)
  return (
    <ol className="fp-steps" aria-label={t('sessions.steps')}>
      {lines.map((line) => {
        const { title, outcome, icon } = words(line)
        const on = line.key === chosen
        return (
          <li key={line.key}>
            <button
              type="button"
              className="fp-step"
              data-kind={line.kind}
              data-node={line.node ?? undefined}
              data-outlet={line.outlet ?? undefined}
              aria-pressed={on}
              title={t('sessions.showHere')}
              onClick={() => onChoose(on ? null : line.key)}
            >
              <span className="mono">{clockSeconds(new Date(line.at))}</span>
              <Icon name={iconName(icon)} size={14} />
              <span className="el" title={title}>{title}</span>
              <span className="fp-outcome i2 el" title={outcome}>{outcome}</span>
            </button>
          </li>
        )
      })}
    </ol>
  )
}
