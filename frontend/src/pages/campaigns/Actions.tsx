/** What can be done with a campaign as it stands: start, pause, go on, stop; what ends something says how many it concerns. */
import { Alert, App, Button, Checkbox, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { ApiError } from '../../api/client'
import { campaigns, type Campaign, type Progress } from '../../api/campaigns'
import { Icon } from '../../icons/Icon'

interface ActionsProps { campaign: Campaign; progress: Progress; onDone: () => void; onRehearse: () => void; onEdit: () => void; onDryRun: () => void }
type Asking = 'start' | 'stop' | 'remove' | null

export function Actions({ campaign, progress, onDone, onRehearse, onEdit, onDryRun }: ActionsProps) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [asking, setAsking] = useState<Asking>(null)
  const [busy, setBusy] = useState(false)
  const { id, state } = campaign
  const act = async (what: () => Promise<unknown>) => {
    setBusy(true)
    try {
      await what()
    } catch (problem) {
      message.error(problem instanceof ApiError ? problem.message : String(problem))
    }
    setBusy(false)
    onDone()
  }
  const open = state === 'running' || state === 'paused'
  return (
    <div className="cg-actions">
      {state === 'draft' && <Button onClick={onDryRun} icon={<Icon name="people" size={14} />}>{t('campaigns.dryRun')}</Button>}
      {(state === 'draft' || open) && <Button onClick={onRehearse} icon={<Icon name="play" size={14} />} data-testid="rehearse">{t('campaigns.rehearse')}</Button>}
      {state === 'draft' && <Button onClick={onEdit} icon={<Icon name="gear" size={14} />}>{t('campaigns.change')}</Button>}
      {state === 'running' && <Button loading={busy} onClick={() => void act(() => campaigns.pause(id))} icon={<Icon name="pause" size={14} />} data-testid="pause">{t('campaigns.pause')}</Button>}
      {state === 'paused' && <Button type="primary" loading={busy} onClick={() => void act(() => campaigns.resume(id))} icon={<Icon name="play" size={14} />} data-testid="resume">{t('campaigns.resume')}</Button>}
      {open && <Button danger onClick={() => setAsking('stop')} icon={<Icon name="stop" size={14} />} data-testid="stop">{t('campaigns.stop')}</Button>}
      {!open && <Button danger onClick={() => setAsking('remove')} icon={<Icon name="trash" size={14} />} aria-label={t('campaigns.remove')} title={t('campaigns.remove')} />}
      {state === 'draft' && <Button type="primary" onClick={() => setAsking('start')} icon={<Icon name="horn" size={14} />} data-testid="start">{t('campaigns.start')}</Button>}
      {asking === 'start' && <StartAsked campaign={campaign} onClose={() => setAsking(null)} onDone={onDone} />}
      {asking === 'stop' && <StopAsked campaign={campaign} progress={progress} onClose={() => setAsking(null)} onDone={onDone} />}
      {asking === 'remove' && <RemoveAsked campaign={campaign} onClose={() => setAsking(null)} />}
    </div>
  )
}

interface AskedProps { campaign: Campaign; onClose: () => void; onDone: () => void }

/** The same for each of them: try it, say what is wrong, close when it is done. */
function useTrying(onClose: () => void, onDone: () => void) {
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const run = async (what: () => Promise<unknown>) => {
    setBusy(true)
    try {
      await what()
      onDone()
      onClose()
    } catch (problem) {
      setFault(problem instanceof ApiError ? problem.message : String(problem))
      setBusy(false)
    }
  }
  return { busy, run, warning: fault && <Alert type="error" showIcon title={fault} style={{ marginTop: 12 }} /> }
}

function StartAsked({ campaign, onClose, onDone }: AskedProps) {
  const { t } = useTranslation()
  const { busy, run, warning } = useTrying(onClose, onDone)
  return (
    <Modal open title={t('campaigns.startTitle', { name: campaign.name })} okText={t('campaigns.startIt')} cancelText={t('shell.cancel')} okButtonProps={{ loading: busy }} onCancel={onClose} onOk={() => void run(() => campaigns.start(campaign.id))}>
      <p>{t('campaigns.startWhat')}</p>
      {warning}
    </Modal>
  )
}

function StopAsked({ campaign, progress, onClose, onDone }: AskedProps & { progress: Progress }) {
  const { t, i18n } = useTranslation()
  const { busy, run, warning } = useTrying(onClose, onDone)
  const [ringing, setRinging] = useState(false)
  const [talking, setTalking] = useState(false)
  const left = progress.waiting + progress.under_way
  const count = left.toLocaleString(i18n.language)
  return (
    <Modal
      open title={t('campaigns.stopTitle', { name: campaign.name })} okText={t('campaigns.stopIt', { count: left, number: count })} cancelText={t('campaigns.goOn')} okButtonProps={{ danger: true, loading: busy }}
      onCancel={onClose} onOk={() => void run(() => campaigns.stop(campaign.id, { ringing, talking }))}
    >
      <p>{t('campaigns.stopWhat', { count: left, number: count })}</p>
      <div className="col" style={{ gap: 8, marginTop: 12 }}>
        <Checkbox checked={ringing || talking} disabled={talking} onChange={(event) => setRinging(event.target.checked)} data-testid="stop-ringing">{t('campaigns.alsoRinging')}</Checkbox>
        <Checkbox checked={talking} onChange={(event) => setTalking(event.target.checked)}>{t('campaigns.alsoTalking')}</Checkbox>
      </div>
      {warning}
    </Modal>
  )
}

function RemoveAsked({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { busy, run, warning } = useTrying(onClose, () => void navigate('/campaigns'))
  return (
    <Modal open title={t('campaigns.removeTitle', { name: campaign.name })} okText={t('campaigns.removeIt')} cancelText={t('shell.cancel')} okButtonProps={{ danger: true, loading: busy }} onCancel={onClose} onOk={() => void run(() => campaigns.remove(campaign.id))}>
      <p>{t('campaigns.removeWhat')}</p>
      {warning}
    </Modal>
  )
}
