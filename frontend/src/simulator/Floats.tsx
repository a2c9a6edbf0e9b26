/** What floats over the drawing: where the try stands, and how much of the flow the scenarios cover. */
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { nodeName, type NodeOf } from '../sessions/nodes'
import { useRealCall } from './realCall'
import { useRuns } from './runs'
import { useTry } from './store'
import { isOver, nodesWalked, standsAt } from './turns'
import { waitsFor } from './waiting'

export function Floats({ document, nodeOf }: { document: FlowDocument; nodeOf: NodeOf }) {
  const { t } = useTranslation()
  const { turns, looked } = useTry()
  const { run, lit } = useRuns()
  const called = useRealCall((state) => state.session !== null)
  const upTo = looked === null ? turns : turns.slice(0, looked)
  const last = upTo.at(-1)
  const node = standsAt(upTo, document.nodes)
  const count = nodesWalked(upTo, document.nodes)
  const words = !last
    ? t('try.notBegun')
    : isOver(last)
      ? t('try.over', { count, outcome: last.outcome ?? t(`sessions.status.${last.status}`) })
      : node ? t('try.stands', { count, node: nodeName(nodeOf, node), waits: t(waitsFor(upTo)) }) : t('try.walked', { count })
  return (
    <>
      {!lit && !called && <div className="float try-float left" role="status" data-testid="try-state" data-status={last?.status}><span className="pt br" /><span className="t12">{words}</span></div>}
      {run && lit && !called && <Coverage taken={run.coverage.outlets[0]} all={run.coverage.outlets[1]} />}
    </>
  )
}

function Coverage({ taken, all }: { taken: number; all: number }) {
  const { t } = useTranslation()
  const share = all === 0 ? 100 : Math.round((taken * 100) / all)
  return (
    <div className="float try-float right" data-testid="try-coverage">
      <span className="t12 i2">{t('try.coverage')}</span>
      <span className="bar" style={{ width: 70 }}><i style={{ width: `${share}%`, background: 'var(--ok-solid)' }} /></span>
      <span className="t12 b">{t('try.outletsOf', { taken, all })}</span>
    </div>
  )
}
