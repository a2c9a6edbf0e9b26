/** A fault at its place, with its fix below it where there is one. */
import type { FlowDocument } from '../api/types'
import type { Issue } from '../flow/faults'
import { Icon } from '../icons/Icon'
import './issues.css'
import { MendLink } from './MendLink'

export function FaultHint({ issue, document }: { issue: Issue; document: FlowDocument }) {
  const error = issue.level === 'error'
  return (
    <div className={`hint ${error ? 'er' : 'wa'}`}>
      <Icon name={error ? 'err' : 'warn'} size={14} />
      <span>{issue.message} <MendLink issue={issue} document={document} here /></span>
    </div>
  )
}
