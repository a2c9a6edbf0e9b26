/** All faults and warnings of the draft; each row leads to its place. */
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { aboutNode, spoken, type Issue } from '../flow/faults'
import { useGoal } from '../flow/goal'
import { useNodeTypes } from '../flow/nodeTypes'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import { MendLink } from './MendLink'

export const IssueList = memo(function IssueList({ document, onGo }: { document: FlowDocument; onGo: (id: string) => void }) {
  const { t } = useTranslation()
  const issues = useFlow((flow) => flow.issues)
  const checked = useFlow((flow) => flow.checked)
  const select = useFlow((flow) => flow.select)
  const aim = useGoal((state) => state.aim)
  const types = useNodeTypes((state) => state.byType)
  const nameOf = (id: string | null) => {
    const node = id ? document.nodes[id] : undefined
    return node ? node.name || types[node.type]?.label || id : t('editor.flow')
  }
  const go = (issue: Issue) => {
    if (!issue.node || !document.nodes[issue.node]) return select([])
    onGo(issue.node)
    aim(issue.node, issue.path.split('.').slice(2).join('.'))
  }
  const wordsOf = (issue: Issue) => spoken(issue, aboutNode(issue.node, document, checked, types), t)
  return (
    <ul>
      {issues.length === 0 && <li className="iss i3">{t('editor.noIssues')}</li>}
      {issues.map((issue, at) => (
        <li key={`${issue.path} ${at}`} className="iss">
          <button type="button" className="go" onClick={() => go(issue)}>
            <span className={issue.level === 'error' ? 'erc' : 'wac'}><Icon name={issue.level === 'error' ? 'err' : 'warn'} /></span>
            <span className="vh">{issue.level === 'error' ? t('editor.error') : t('editor.warning')}</span>
            <span className="b nw el who">{nameOf(issue.node)}</span>
            <span className="el i2 what" title={issue.message}>{wordsOf(issue)}</span>
            <span className="sp" />
            {!issue.mend && <span className="mono i3 el place" title={issue.path}>{issue.path}</span>}
          </button>
          <MendLink issue={issue} document={document} onGo={onGo} />
        </li>
      ))}
    </ul>
  )
})
