/** Whether the log is whole: asked for, for it reads every entry. */
import { Button, Popover } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { audit, type Chain } from '../../api/rights'
import { Icon } from '../../icons/Icon'

export function Whole() {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const [found, setFound] = useState<Chain[] | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const look = async () => {
    setBusy(true)
    setFault(null)
    try {
      setFound(await audit.check())
    } catch (problem) {
      setFault(problem instanceof Error ? problem.message : String(problem))
    }
    setBusy(false)
  }
  const broken = found?.some((chain) => !chain.whole) ?? false
  const button = (
    <Button icon={<Icon name={broken ? 'err' : found ? 'check' : 'shield'} size={14} />} danger={broken} loading={busy} onClick={() => void look()} data-testid="check-audit">
      {broken ? t('rights.broken') : found ? t('rights.whole') : t('rights.check')}
    </Button>
  )
  if (fault !== null) return <Popover open content={fault}>{button}</Popover>
  if (found === null) return button
  return (
    <Popover
      content={(
        <dl className="mt-dl t12 audit-chains">
          {found.map((chain) => (
            <div key={chain.log} style={{ display: 'contents' }}>
              <dt>{t(`rights.log.${chain.log}`)}</dt>
              <dd>{chain.whole ? t('rights.entries', { count: chain.entries }) : t('rights.brokenAt', { seq: chain.broken_at ?? 0 })}<br /><code className="mono">{chain.hash.slice(0, 32)}…</code></dd>
            </div>
          ))}
        </dl>
      )}
    >
      {button}
    </Popover>
  )
}
