/** The panel beside the drawing: clock, whom it is with, the phone, the chat, and what is known at each step. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { aboutNode, spoken, type Issue } from '../flow/faults'
import { useNodeTypes } from '../flow/nodeTypes'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import { nodeName, type NodeOf } from '../sessions/nodes'
import { Chat } from './Chat'
import { ClockBar } from './ClockBar'
import { Known, type KnownTab } from './Known'
import { Phone } from './Phone'
import { useBrowserPhone } from './phone'
import { PhoneCall } from './PhoneCall'
import { RecordBar } from './RecordBar'
import { useRuns } from './runs'
import { useTry, type Trouble } from './store'

export function TryPanel({ document, nodeOf, onGo }: { document: FlowDocument; nodeOf: NodeOf; onGo: (node: string) => void }) {
  const { t } = useTranslation()
  const trouble = useTry((state) => state.trouble)
  const inBrowser = useBrowserPhone((state) => state.line !== 'off')
  const putAway = useBrowserPhone((state) => state.close)
  useEffect(() => putAway, [putAway])
  const [tab, setTab] = useState<KnownTab>('values')
  const savedCount = useRuns((state) => state.savedCount)
  const [seen, setSeen] = useState(savedCount)
  if (seen !== savedCount) {
    setSeen(savedCount)
    setTab('scenarios')
  }
  return (
    <aside className="pn r try-panel" aria-label={t('try.panel')} data-testid="try-panel">
      <ClockBar />
      <RecordBar document={document} />
      {trouble && <TroubleBar trouble={trouble} nodeOf={nodeOf} document={document} onGo={onGo} />}
      <div className="try-two">
        {inBrowser ? <PhoneCall /> : <Phone />}
        <div className="col grow try-right">
          <Chat />
          <Known document={document} nodeOf={nodeOf} tab={tab} onTab={setTab} onGo={onGo} />
        </div>
      </div>
    </aside>
  )
}

interface TroubleProps { trouble: Trouble; nodeOf: NodeOf; document: FlowDocument; onGo: (node: string) => void }

function TroubleBar({ trouble, nodeOf, document, onGo }: TroubleProps) {
  const { t } = useTranslation()
  const restart = useTry((state) => state.restart)
  const checked = useFlow((flow) => flow.checked)
  const types = useNodeTypes((state) => state.byType)
  if (trouble.kind === 'faults') {
    const wordsOf = (issue: Issue) => spoken(issue, aboutNode(issue.node, document, checked, types), t)
    return (
      <div className="try-trouble er" role="alert">
        <div className="row"><Icon name="err" /><b className="grow">{t('try.faults', { count: trouble.faults.length })}</b></div>
        <ul>
          {trouble.faults.slice(0, 20).map((issue, at) => (
            <li key={`${issue.path} ${at}`}>
              <button type="button" className="row" disabled={!issue.node} onClick={() => issue.node && onGo(issue.node)}>
                <span className="b nw">{issue.node ? nodeName(nodeOf, issue.node) : t('editor.flow')}</span><span className="el i2">{wordsOf(issue)}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    )
  }
  const words = trouble.kind === 'gone' ? t('try.gone') : trouble.kind === 'unsaved' ? t('try.unsaved') : t('try.failed', { reason: trouble.words })
  return (
    <div className="try-trouble" role="alert">
      <div className="row"><Icon name="warn" /><span className="grow">{words}</span><button type="button" className="btn sm" onClick={() => void restart()}>{t('try.again')}</button></div>
    </div>
  )
}
