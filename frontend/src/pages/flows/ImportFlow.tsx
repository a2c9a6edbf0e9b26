/** A flow from a file: checked before it comes in, with every fault shown; a faulty one is kept as a draft. */
import { Button, Modal } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { ApiError } from '../../api/client'
import { flows } from '../../api/flows'
import type { Checked, FlowDocument } from '../../api/types'
import { aboutNode, issuesOf, spoken } from '../../flow/faults'
import { read } from '../../flow/imported'
import { useNodeTypes } from '../../flow/nodeTypes'
import { Icon } from '../../icons/Icon'

const SHOWN = 20
interface Found { document: FlowDocument; checked: Checked }

export function ImportFlow({ onClose }: { onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const field = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [found, setFound] = useState<Found | null>(null)
  const [refused, setRefused] = useState<string | null>(null)
  const { load, byType } = useNodeTypes()
  const issues = issuesOf(found?.checked ?? null)
  const errors = issues.filter((issue) => issue.level === 'error').length

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setRefused(null)
    try {
      await work()
    } catch (error) {
      const first = error instanceof ApiError ? error.errors[0] : undefined
      const reason = first ? `${first.path ? `${first.path}: ` : ''}${first.message}` : error instanceof Error ? error.message : String(error)
      setRefused(t('versions.importRefused', { reason }))
    } finally {
      setBusy(false)
    }
  }
  const take = (file: File) => attempt(async () => {
    setFound(null)
    const one = read(await file.text())
    if ('refused' in one) return setRefused(t('versions.importRefused', { reason: t(`versions.not.${one.refused}`, { reason: one.reason }) }))
    await load(i18n.language)
    setFound({ document: one.document, checked: await flows.check(one.document) })
  })
  const bring = () => attempt(async () => {
    if (found) void navigate(`/flows/${(await flows.create(found.document)).id}`)
  })
  return (
    <Modal
      open title={t('versions.importTitle')} width={480} onCancel={onClose} okText={t('versions.importDo')} cancelText={t('shell.cancel')}
      onOk={() => void bring()} okButtonProps={{ disabled: found === null, loading: busy && found !== null }} destroyOnHidden
    >
      <p className="i2">{t('versions.importHow')}</p>
      <div className="row flows-import">
        <Button icon={<Icon name="inbox" size={14} />} onClick={() => field.current?.click()}>{t('versions.choose')}</Button>
        <input
          ref={field} type="file" hidden accept=".json,application/json" aria-label={t('versions.choose')} data-testid="import-file"
          onChange={(event) => { const file = event.target.files?.[0]; event.target.value = ''; if (file) void take(file) }}
        />
        {found && <span className="el b">{t('versions.importNodes', { name: found.document.name, count: Object.keys(found.document.nodes).length })}</span>}
        {busy && !found && <span className="i3">{t('versions.importing')}</span>}
      </div>
      {refused && <div className="row erc" role="alert"><Icon name="err" /><span>{refused}</span></div>}
      {found && (
        <div role="status">
          <div className={errors > 0 ? 'erc' : 'okc'}>{errors > 0 ? t('versions.importFaults', { count: errors }) : t('versions.importClean')}{issues.length > errors && <span className="wac"> {t('versions.importWarned', { count: issues.length - errors })}</span>}</div>
          <ul className="flows-import-faults" data-testid="import-faults">
            {issues.slice(0, SHOWN).map((issue, at) => {
              const node = issue.node ? found.document.nodes[issue.node] : undefined
              const name = node?.name || (node && byType[node.type]?.label) || issue.node || t('editor.flow')
              return (
                <li key={`${issue.path} ${at}`} className="row">
                  <span className={issue.level === 'error' ? 'erc' : 'wac'}><Icon name={issue.level === 'error' ? 'err' : 'warn'} size={14} /></span>
                  <span className="b nw">{name}</span><span className="i2">{spoken(issue, aboutNode(issue.node, found.document, found.checked, byType), t)}</span>
                </li>
              )
            })}
            {issues.length > SHOWN && <li className="i3">{t('versions.moreFaults', { count: issues.length - SHOWN })}</li>}
          </ul>
        </div>
      )}
    </Modal>
  )
}
