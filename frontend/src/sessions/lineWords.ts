/** A line of the journal in words: what is on its left, what came of it on its right. */
import { useTranslation } from 'react-i18next'
import type { Line } from './journal'
import { type NodeOf, nodeName, outletLabel } from './nodes'

export interface LineWords {
  title: string
  outcome: string
  icon: string | undefined
}

export function useLineWords(nodeOf: NodeOf): (line: Line) => LineWords {
  const { t } = useTranslation()
  return (line) => {
    const node = line.node ? nodeOf(line.node) : undefined
    const name = line.node ? nodeName(nodeOf, line.node) : ''
    const way = line.node && line.outlet ? outletLabel(nodeOf, line.node, line.outlet) : ''
    const on = way ? t('sessions.goes', { outlet: way }) : ''
    switch (line.kind) {
      case 'arrived':
        return { title: name, outcome: line.says ? t('sessions.says', { text: line.says }) : '', icon: node?.icon }
      case 'left':
        return { title: name, outcome: line.value ? `${way} · ${line.value}` : way, icon: node?.icon }
      case 'keys':
        return { title: t('sessions.keys', { keys: [...line.keys].join(' ') }), outcome: line.again ? t('sessions.askedAgain') : on, icon: node?.icon }
      case 'silence':
        return { title: t('sessions.noKey'), outcome: line.again ? t('sessions.askedAgain') : on, icon: node?.icon }
      case 'offered':
        return { title: t('sessions.offered', { caller: line.caller || t('sessions.noContact') }), outcome: line.called && t('sessions.called', { called: line.called }), icon: 'phone' }
      case 'ended':
        return { title: t('sessions.callEnded'), outcome: line.cause && line.cause !== 'normal' ? line.cause : on, icon: 'hang' }
      case 'cancelled':
        return { title: t('sessions.wasCancelled'), outcome: line.reason, icon: 'stop' }
      case 'trouble':
        return { title: t('sessions.trouble', { node: name }), outcome: line.reason || on, icon: 'warn' }
    }
  }
}
