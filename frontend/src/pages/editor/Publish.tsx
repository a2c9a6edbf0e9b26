/** Publishing: saves first, wants a message, and shows what would be wrong. */
import { Input, Modal } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client'
import { flows } from '../../api/flows'
import type { FlowDocument } from '../../api/types'
import { aboutNode, issuesOf, spoken, type Issue } from '../../flow/faults'
import { useNodeTypes } from '../../flow/nodeTypes'
import { useFlow } from '../../flow/store'
import { Icon } from '../../icons/Icon'

export function Publish({ document, onClose, onGo }: { document: FlowDocument; onClose: () => void; onGo: (id: string) => void }) {
  const { t } = useTranslation()
  const field = useId()
  const { id, published, issues, flush, setPublished, say } = useFlow()
  const [message, setMessage] = useState('')
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<{ words: string; faults: Issue[] } | null>(null)
  const errors = issues.filter((issue) => issue.level === 'error')
  const shown = refused && refused.faults.length > 0 ? refused.faults : issues
  const next = (published ?? 0) + 1

  const publish = async () => {
    if (!id || busy || message.trim() === '' || errors.length > 0) return
    setBusy(true)
    setRefused(null)
    try {
      await flush()
    } catch {
      setBusy(false)
      return setRefused({ words: t('editor.publishNotSaved'), faults: [] })
    }
    try {
      const { version } = await flows.publish(id, message.trim())
      setPublished(version)
      say(t('editor.published', { version }))
      onClose()
    } catch (error) {
      const problem = error instanceof ApiError ? error : new ApiError(0, String(error), '')
      setRefused({ words: problem.message, faults: issuesOf({ errors: problem.errors, warnings: [], nodes: {} }) })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal
      open title={t('editor.publishTitle', { name: document.name, version: next })} width={460} onCancel={onClose} okText={t('editor.publishVersion', { version: next })} cancelText={t('shell.cancel')}
      onOk={() => void publish()} okButtonProps={{ disabled: message.trim() === '' || errors.length > 0, loading: busy }} destroyOnHidden
    >
      <label className="lab" htmlFor={field}>{t('editor.publishMessage')}</label>
      <Input
        id={field} autoFocus value={message} maxLength={500} placeholder={t('editor.publishExample')} onChange={(event) => setMessage(event.target.value)}
        onKeyDown={(event) => { if (event.key === 'Enter' && !event.nativeEvent.isComposing) void publish() }}
      />
      {refused && <div className="publish-words erc" role="alert"><Icon name="err" /><span>{refused.words}</span></div>}
      <div className="publish-words i2">
        {errors.length > 0 ? t('editor.cannotPublish', { count: errors.length }) : issues.length > 0 ? t('editor.publishWarned', { count: issues.length }) : t('editor.publishClean')}
      </div>
      <PublishIssues document={document} issues={shown} onGo={(node) => { onClose(); onGo(node) }} />
    </Modal>
  )
}

function PublishIssues({ document, issues, onGo }: { document: FlowDocument; issues: Issue[]; onGo: (node: string) => void }) {
  const { t } = useTranslation()
  const types = useNodeTypes((state) => state.byType)
  const checked = useFlow((flow) => flow.checked)
  return (
    <ul className="publish-issues">
      {issues.map((issue, at) => {
        const node = issue.node ? document.nodes[issue.node] : undefined
        const name = node ? node.name || types[node.type]?.label || issue.node : t('editor.flow')
        return (
          <li key={`${issue.path} ${at}`}>
            <button type="button" className="row" disabled={!node} onClick={() => issue.node && onGo(issue.node)}>
              <span className={issue.level === 'error' ? 'erc' : 'wac'}><Icon name={issue.level === 'error' ? 'err' : 'warn'} /></span>
              <span className="b nw">{name}</span><span className="i2">{spoken(issue, aboutNode(issue.node, document, checked, types), t)}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
