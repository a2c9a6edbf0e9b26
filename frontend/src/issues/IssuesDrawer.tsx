/** The drawer below the drawing: what is wrong with the draft, and what is found in it. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { useCommanding } from '../canvas/commanding'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import { FindList } from './FindList'
import { IssueList } from './IssueList'
import './issues.css'

interface Props { document: FlowDocument; open: boolean; onToggle: (open: boolean) => void; onGo: (id: string) => void }

export function IssuesDrawer({ document, open, onToggle, onGo }: Props) {
  const { t } = useTranslation()
  const issues = useFlow((flow) => flow.issues)
  const checked = useFlow((flow) => flow.checked)
  const finding = useCommanding((state) => state.finding)
  const [chosen, setChosen] = useState({ tab: 'issues' as 'issues' | 'find', after: finding })
  // Asked for by ⌘F it is the find tab, until the other one is chosen.
  const asked = finding !== chosen.after
  const tab = asked ? 'find' : chosen.tab
  const shown = open || asked
  const choose = (next: 'issues' | 'find') => {
    setChosen({ tab: next, after: finding })
    onToggle(true)
  }
  const errors = issues.filter((issue) => issue.level === 'error').length
  return (
    <section className={`issues${shown ? '' : ' closed'}`} aria-label={tab === 'find' ? t('drawing.find') : t('editor.issues')}>
      <div className="row bar-top">
        <div className="tabs" role="tablist" aria-label={t('editor.issues')}>
          <button type="button" role="tab" aria-selected={tab === 'issues'} className={tab === 'issues' ? 'on' : ''} onClick={() => choose('issues')}>
            {t('editor.issues')}<span className={`chip ${errors > 0 ? 'er' : issues.length > 0 ? 'wa' : ''} count`}>{issues.length}</span>
          </button>
          <button type="button" role="tab" aria-selected={tab === 'find'} className={tab === 'find' ? 'on' : ''} onClick={() => choose('find')}>{t('drawing.find')}</button>
        </div>
        <span className="sp" />
        <span className="t12 i3" role="status">{checked === null ? '' : errors > 0 ? t('editor.cannotPublish', { count: errors }) : t('editor.canPublish')}</span>
        <button
          type="button" className="btn g sm ic" aria-expanded={shown} aria-label={shown ? t('editor.collapseIssues') : t('editor.expandIssues')}
          onClick={() => { setChosen({ tab, after: finding }); onToggle(!shown) }}
        ><Icon name="dn" className={shown ? '' : 'up'} /></button>
      </div>
      {shown && (tab === 'find' ? <FindList document={document} onGo={onGo} /> : <IssueList document={document} onGo={onGo} />)}
    </section>
  )
}
