/** Makes a flow of what is selected: asks for its name, and says before what goes in and what comes out. */
import { Input, Modal } from 'antd'
import { useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { flows } from '../api/flows'
import type { FlowDocument } from '../api/types'
import { groupOfKey, nodesSelected } from '../drawing/groups'
import { extracted, NEEDED, type Split, type Versions } from '../drawing/subflow'
import type { Refusal } from '../drawing/piece'
import { useNodeTypes } from '../flow/nodeTypes'
import { useFlow } from '../flow/store'
import type { CardData } from './cards'
import { useCommanding } from './commanding'

interface Props { document: FlowDocument; cards: Map<string, CardData> }

export function SubflowDialog(props: Props) {
  const open = useCommanding((state) => state.open === 'subflow')
  return open ? <Open {...props} /> : null
}

function Open({ document, cards }: Props) {
  const { t } = useTranslation()
  const field = useId()
  const navigate = useNavigate()
  const types = useNodeTypes((state) => state.byType)
  const { selected, edit, select, say, flush } = useFlow()
  const show = useCommanding((state) => state.show)
  const [group] = selected.flatMap((key) => groupOfKey(key) ?? [])
  const [name, setName] = useState(group === undefined ? '' : (document.groups?.[group]?.name ?? ''))
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<string | null>(null)
  const [madeId, setMadeId] = useState<string | null>(null)
  const ids = useMemo(() => nodesSelected(document, selected), [document, selected])

  const piece = useMemo(() => (flow: string, of: FlowDocument): Split | Refusal => {
    const versions = Object.fromEntries(NEEDED.map((type) => [type, types[type]?.version ?? 1])) as Versions
    if (NEEDED.some((type) => !types[type])) return { why: 'types', names: [] }
    const title = name.trim() || t('drawing.unnamed')
    const words = { end: types['end']?.label ?? '', keep: t('drawing.keepOutputs'), branch: t('drawing.outcomeBranch', { name: title }) }
    return extracted(of, ids, { name: title, flow, outlets: (id) => cards.get(id)?.outlets.map((outlet) => outlet.id) ?? [], versions, words })
  }, [ids, cards, types, name, t])
  const shown = useMemo(() => piece(name, document), [piece, name, document])
  const refused = 'why' in shown ? shown : null

  const make = async () => {
    const first = piece(name, document)
    if (busy || name.trim() === '' || 'why' in first) return
    setBusy(true)
    setFault(null)
    try {
      const known = await flows.list()
      const made = await flows.create(first.sub)
      // A name that another flow has as well says nothing: then its id is what is kept.
      const alone = !known.items.some((flow) => flow.name === made.name)
      let node = ''
      edit((now) => {
        const split = piece(alone ? made.name : made.id, now)
        if ('why' in split) return now
        node = split.node
        return split.main
      })
      select([node])
      setMadeId(made.id)
      say(t('drawing.subflowMade', { name: made.name }), true)
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error))
    } finally {
      setBusy(false)
    }
  }
  if (madeId !== null) {
    const open = async () => {
      await flush().catch(() => undefined) // what is not saved stays on this computer, and the editor says so
      show(null)
      void navigate(`/flows/${madeId}`)
    }
    return (
      <Modal open title={t('drawing.subflowTitle')} width={460} onCancel={() => show(null)} onOk={() => void open()} okText={t('drawing.subflowOpen')} cancelText={t('shell.close')}>
        <p>{t('drawing.subflowMade', { name: name.trim() })}</p>
      </Modal>
    )
  }
  return (
    <Modal
      open title={t('drawing.subflowTitle')} width={460} onCancel={() => show(null)} okText={t('drawing.subflowMake')} cancelText={t('shell.cancel')}
      onOk={() => void make()} okButtonProps={{ disabled: name.trim() === '' || refused !== null, loading: busy }} destroyOnHidden
    >
      <p className="i2">{t('drawing.subflowHow', { count: ids.length, type: types['run_flow']?.label ?? '' })}</p>
      <label className="lab" htmlFor={field} style={{ marginTop: 10 }}>{t('drawing.subflowName')}</label>
      <Input
        id={field} autoFocus value={name} maxLength={200} placeholder={t('drawing.subflowExample')} onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => { if (event.key === 'Enter' && !event.nativeEvent.isComposing) void make() }}
      />
      {refused && <p className="erc" role="alert" style={{ marginTop: 10 }}>{t(`drawing.subflowRefused.${refused.why}`, { count: refused.names.length, names: refused.names.join(t('editor.comma')) })}</p>}
      {'sub' in shown && (
        <dl className="bridge">
          <dt>{t('drawing.subflowInputs')}</dt><dd className="mono">{shown.inputs.join(', ') || t('drawing.subflowNone')}</dd>
          <dt>{t('drawing.subflowOutputs')}</dt><dd className="mono">{shown.outputs.join(', ') || t('drawing.subflowNone')}</dd>
          {shown.exits > 1 && <><dt /><dd>{t('drawing.subflowExits', { count: shown.exits })}</dd></>}
        </dl>
      )}
      {fault && <p className="erc" role="alert">{fault}</p>}
    </Modal>
  )
}
