/** The fix that a fault offers: done at once, as one step that can be undone, or else the way to where it is done. */
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import type { Issue } from '../flow/faults'
import { useGoal } from '../flow/goal'
import { likelyTarget, mending } from '../flow/mends'
import { useNodeTypes } from '../flow/nodeTypes'
import { useFlow } from '../flow/store'

interface Props {
  issue: Issue
  document: FlowDocument
  onGo?: (id: string) => void
  /** It stands at its place already: no way leads there. */
  here?: boolean
}

export function MendLink({ issue, document, onGo, here = false }: Props) {
  const { t } = useTranslation()
  const change = useFlow((flow) => flow.edit)
  const say = useFlow((flow) => flow.say)
  const aim = useGoal((state) => state.aim)
  const types = useNodeTypes((state) => state.byType)
  const { mend, node } = issue
  if (!mend) return null
  const edit = mending(document, mend)
  if (!edit && (here || !node || !document.nodes[node])) return null

  const target = edit && mend.kind === 'connect' ? likelyTarget(document, String(mend.data['node']), String(mend.data['outlet'])) : null
  const reached = target ? document.nodes[target] : undefined
  const label = reached ? t('editor.mendConnect', { name: reached.name || types[reached.type]?.label || target }) : mend.label
  const act = () => {
    if (edit) {
      change(edit)
      say(label, true)
    } else if (node) {
      onGo?.(node)
      const language = mend.data['language']
      aim(node, issue.path.split('.').slice(2).join('.'), typeof language === 'string' ? language : undefined)
    }
  }
  return <button type="button" className="mend" onClick={act}>{label}</button>
}
