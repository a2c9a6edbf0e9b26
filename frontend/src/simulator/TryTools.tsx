/** What stands in the top bar while trying: call my number, save as scenario, and out again. */
import { Modal } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/client'
import type { FlowDocument } from '../api/types'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import { CallMe } from './CallMe'
import { trying } from './calls'
import { freeName, onlyTheWay, withScenario } from './scenarios'
import { useBrowserPhone } from './phone'
import { useRuns } from './runs'
import { useTry } from './store'

export function TryTools({ document, onClose }: { document: FlowDocument; onClose: () => void }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<'save' | 'call' | null>(null)
  const { simulation, turns } = useTry()
  const id = useFlow((state) => state.id)
  const { line, start } = useBrowserPhone()
  return (
    <>
      <button type="button" className="btn" onClick={() => setOpen('call')} data-testid="try-call"><Icon name="phone" size={14} />{t('try.callMe')}</button>
      <button type="button" className="btn" disabled={!id || (line !== 'off' && line !== 'over' && line !== 'failed')} onClick={() => id && void start(id, t('telephone.tab'))} data-testid="try-browser"><Icon name="listen" size={14} />{t('telephone.call')}</button>
      <button type="button" className="btn" disabled={!simulation || turns.length === 0} onClick={() => setOpen('save')} data-testid="try-save"><Icon name="save" size={14} />{t('try.save')}</button>
      <button type="button" className="btn g ic" aria-label={t('try.toDesign')} title={t('try.toDesign')} onClick={onClose}><Icon name="x" /></button>
      {open === 'save' && <SaveScenario document={document} onClose={() => setOpen(null)} />}
      {open === 'call' && <CallMe onClose={() => setOpen(null)} />}
    </>
  )
}

function SaveScenario({ document, onClose }: { document: FlowDocument; onClose: () => void }) {
  const { t } = useTranslation()
  const field = useId()
  const simulation = useTry((state) => state.simulation)
  const edit = useFlow((state) => state.edit)
  const { forget, saved } = useRuns()
  const [name, setName] = useState(() => freeName(document, t('try.scenarioName')))
  const [words, setWords] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const save = async () => {
    if (!simulation || name.trim() === '' || busy) return
    setBusy(true)
    try {
      const made = { ...(await trying.scenario(simulation)), name: name.trim() }
      edit((before) => withScenario(before, words ? made : onlyTheWay(made)))
      forget()
      saved()
      onClose()
    } catch (error) {
      setFailed(error instanceof ApiError ? error.message : String(error))
      setBusy(false)
    }
  }
  return (
    <Modal
      open title={t('try.saveTitle')} width={440} onCancel={onClose} okText={t('try.saveThis')} cancelText={t('shell.cancel')} destroyOnHidden
      onOk={() => void save()} okButtonProps={{ disabled: name.trim() === '', loading: busy }}
    >
      <label className="lab" htmlFor={field}>{t('try.nameOf')}</label>
      <span className="fld"><input id={field} autoFocus value={name} maxLength={200} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter' && !event.nativeEvent.isComposing) void save() }} /></span>
      <label className="row t12 try-check" style={{ marginTop: 12 }}><input type="checkbox" checked={words} onChange={(event) => setWords(event.target.checked)} />{t('try.wordsToo')}</label>
      <p className="t12 i3" style={{ marginTop: 8 }}>{t('try.saveWhat')}</p>
      {failed && <p className="t12 erc" role="alert">{failed}</p>}
    </Modal>
  )
}
