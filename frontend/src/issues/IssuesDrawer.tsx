/** All faults and warnings of the draft; each row leads to its place. */
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { aboutNode, spoken, type Issue } from '../flow/faults'
import { useGoal } from '../flow/goal'
import { useNodeTypes } from '../flow/nodeTypes'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import './issues.css'
import { MendLink } from './MendLink'

interface Props { document: FlowDocument; open: boolean; onToggle: () => void; onGo: (id: string) => void }

export function IssuesDrawer({ document, open, onToggle, onGo }: Props) {
  const { t } = useTranslation()
  const issues = useFlow((flow) => flow.issues)
  const checked = useFlow((flow) => flow.checked)
  const select = useFlow((flow) => flow.select)
  const aim = useGoal((state) => state.aim)
  const types = useNodeTypes((state) => state.byType)
  const errors = issues.filter((issue) => issue.level === 'error').length
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
    <section className={`issues${open ? '' : ' closed'}`} aria-label={t('editor.issues')}>
      <div className="row bar-top">
        <span className="b">{t('editor.issues')}</span>
        <span className={`chip ${errors > 0 ? 'er' : issues.length > 0 ? 'wa' : ''}`} style={{ height: 17, lineHeight: '17px', padding: '0 6px' }}>{issues.length}</span>
        <span className="sp" />
        <span className="t12 i3" role="status">{checked === null ? '' : errors > 0 ? t('editor.cannotPublish', { count: errors }) : t('editor.canPublish')}</span>
        <button type="button" className="btn g sm ic" aria-expanded={open} aria-label={open ? t('editor.collapseIssues') : t('editor.expandIssues')} onClick={onToggle}><Icon name="dn" className={open ? '' : 'up'} /></button>
      </div>
      {open && (
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
      )}
    </section>
  )
}
