/** Who may do what with this flow, and who may look at it without a sign-in. */
import { Alert, Modal, Tabs } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { deeds, sharing, type FlowLink, type Permissions, type Person } from '../../api/rights'
import { Circles } from './Circles'
import { Links } from './Links'
import './sharing.css'

interface Shown { permissions: Permissions; people: Person[]; links: FlowLink[] }

export function Sharing({ flow, name, onClose }: { flow: string; name: string; onClose: () => void }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState<Shown | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const load = useCallback(async () => {
    const [permissions, people, links] = await Promise.all([sharing.permissions(flow), sharing.people(flow), sharing.links(flow)])
    setShown({ permissions, people, links })
  }, [flow])
  const go = useCallback(async (deed: () => Promise<unknown>) => {
    setBusy(true)
    setFault(null)
    try {
      await deed()
      await load()
    } catch (problem) {
      setFault(problem instanceof Error ? problem.message : String(problem))
    }
    setBusy(false)
  }, [load])
  useEffect(() => {
    void go(() => Promise.resolve())
  }, [go])

  const kept = shown ? deeds.filter((deed) => shown.permissions[deed] !== null).length : 0
  return (
    <Modal open title={t('rights.shareFlow', { name })} width={620} footer={null} onCancel={onClose} destroyOnHidden>
      {fault && <Alert type="error" showIcon className="sharing-fault" title={t('rights.notDone')} description={fault} />}
      {!shown && !fault && <div className="sharing-wait" aria-busy="true"><span className="skel" style={{ width: 220, height: 14 }} /></div>}
      {shown && (
        <Tabs items={[
          { key: 'who', label: kept ? `${t('rights.whoMay')} · ${kept}` : t('rights.whoMay'), children: <Circles key={JSON.stringify(shown.permissions)} permissions={shown.permissions} people={shown.people} busy={busy} onKeep={(wanted) => void go(() => sharing.keep(flow, wanted))} /> },
          { key: 'links', label: shown.links.length ? `${t('rights.links')} · ${shown.links.length}` : t('rights.links'), children: <Links flow={flow} links={shown.links} busy={busy} onDo={go} /> },
        ]} />
      )}
    </Modal>
  )
}
