/** Make a campaign, or change one: each part with its faults at the field that has them. */
import { Alert, Button, Drawer, Form, Input, InputNumber, Select } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client'
import { campaigns, type Campaign, type CampaignBody } from '../../api/campaigns'
import { flows } from '../../api/flows'
import type { Fault } from '../../api/types'
import { AudienceFields, type Offers } from './AudienceFields'
import { blank, bodyOf, type Draft, draftOf, faultAt, otherFaults } from './draft'
import { RetryFields, WindowFields } from './RuleFields'

interface CampaignFormProps { before: Campaign | null; onClose: () => void; onSaved: (campaign: Campaign) => void }
const nothing: Offers = { recordTypes: [], lists: [], calendars: [] }
const shownAt = ['name', 'flow', 'audience', 'windows', 'holidays', 'calendar', 'pace', 'retries', 'attempts', 'cap', 'priority', 'stop_at', 'completed', 'tariff']

export function CampaignForm({ before, onClose, onSaved }: CampaignFormProps) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState<Draft>(() => (before ? draftOf(before) : blank))
  const [offers, setOffers] = useState<Offers>(nothing)
  const [choices, setChoices] = useState<{ value: string; label: string; disabled: boolean }[]>([])
  const [errors, setErrors] = useState<Fault[]>([])
  const [refusal, setRefusal] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const begun = before !== null && before.state !== 'draft'
  const set = useCallback((change: Partial<Draft>) => setDraft((now) => ({ ...now, ...change })), [])

  useEffect(() => {
    const names = (page: { items: { name: string }[] }) => page.items.map((one) => one.name)
    void flows.list().then((page) => setChoices(page.items.map((one) => ({ value: one.id, label: one.name, disabled: one.published === null }))), () => setRefusal(t('campaignForm.flowsNotLoaded')))
    void Promise.allSettled([campaigns.recordTypes(), campaigns.lists(), campaigns.calendars()]).then(([types, lists, calendars]) => setOffers({
      recordTypes: types.status === 'fulfilled' ? types.value.items.map((one) => (one as { type?: string; name: string }).type ?? one.name) : [],
      lists: lists.status === 'fulfilled' ? names(lists.value) : [], calendars: calendars.status === 'fulfilled' ? names(calendars.value) : [],
    }))
  }, [t])

  const save = async () => {
    setBusy(true)
    setErrors([])
    setRefusal(null)
    try {
      const body = bodyOf(draft, before)
      onSaved(before ? await campaigns.change(before.id, body) : await campaigns.make(body as CampaignBody))
    } catch (problem) {
      setBusy(false)
      if (problem instanceof ApiError) setErrors(problem.errors)
      setRefusal(problem instanceof ApiError ? problem.detail || problem.title : String(problem))
    }
  }
  const fault = (path: string) => {
    const words = faultAt(errors, path)
    return words ? { validateStatus: 'error' as const, help: words } : {}
  }
  const rest = otherFaults(errors, shownAt)
  return (
    <Drawer
      open onClose={onClose} size={560} className="cg-drawer cg-form" title={before ? t('campaignForm.changeTitle', { name: before.name }) : t('campaigns.new')}
      footer={<div className="row"><span className="t12 i3 grow">{begun ? t('campaignForm.changesCount') : t('campaignForm.startsLater')}</span><Button onClick={onClose}>{t('shell.cancel')}</Button><Button type="primary" loading={busy} onClick={() => void save()} data-testid="save-campaign">{before ? t('campaignForm.save') : t('campaignForm.make')}</Button></div>}
    >
      <Form layout="vertical" requiredMark={false}>
        {refusal && <Alert type="error" showIcon title={t('campaignForm.notSaved')} description={<>{refusal}{rest.map((one) => <div key={one.path}><code className="mono">{one.path}</code> {one.message}</div>)}</>} style={{ marginBottom: 16 }} />}
        <Form.Item label={t('campaignForm.name')} htmlFor="cg-name" {...fault('name')}>
          <Input id="cg-name" value={draft.name} maxLength={200} placeholder={t('campaignForm.nameSample')} onChange={(event) => set({ name: event.target.value })} />
        </Form.Item>
        <Form.Item label={t('campaignForm.flow')} htmlFor="cg-flow" {...fault('flow')} extra={begun ? t('campaignForm.fixed') : t('campaignForm.onlyPublished')}>
          <Select id="cg-flow" value={draft.flow || null} disabled={begun} options={choices} placeholder={t('campaignForm.choose')} showSearch={{ optionFilterProp: 'label' }} onChange={(flow) => set({ flow: flow ?? '' })} />
        </Form.Item>
        <AudienceFields draft={draft} set={set} offers={offers} fixed={begun} fault={fault} />
        <WindowFields draft={draft} set={set} calendars={offers.calendars} fault={fault} />
        <h3 className="t14 b">{t('campaigns.pace')}</h3>
        <div className="cg-three">
          <Form.Item label={t('campaignForm.atOnce')} htmlFor="cg-at-once" {...fault('pace.at_once')}><InputNumber id="cg-at-once" min={1} max={10000} value={draft.atOnce} onChange={(atOnce) => set({ atOnce })} /></Form.Item>
          <Form.Item label={t('campaignForm.rate')} htmlFor="cg-rate" {...fault('pace.calls_per_second')}><InputNumber id="cg-rate" min={0} step={0.5} value={draft.perSecond} placeholder="∞" onChange={(perSecond) => set({ perSecond })} /></Form.Item>
          <Form.Item label={t('campaignForm.spread')} htmlFor="cg-spread" {...fault('pace.spread')}><Input id="cg-spread" value={draft.spread} disabled={begun} placeholder="3d" onChange={(event) => set({ spread: event.target.value })} /></Form.Item>
        </div>
        <RetryFields draft={draft} set={set} fault={fault} />
        <h3 className="t14 b">{t('campaigns.caps')}</h3>
        <div className="cg-three">
          <Form.Item label={t('campaigns.perDay')} htmlFor="cg-day" {...fault('attempts.per_day')}><InputNumber id="cg-day" min={1} max={20} value={draft.perDay} onChange={(perDay) => set({ perDay: perDay ?? 3 })} /></Form.Item>
          <Form.Item label={t('campaigns.inAll')} htmlFor="cg-all" {...fault('attempts.in_all')}><InputNumber id="cg-all" min={1} max={100} value={draft.inAll} placeholder="∞" onChange={(inAll) => set({ inAll })} /></Form.Item>
          <Form.Item label={t('campaigns.priority')} htmlFor="cg-priority" {...fault('priority')}><InputNumber id="cg-priority" min={0} max={100} value={draft.priority} onChange={(priority) => set({ priority: priority ?? 50 })} /></Form.Item>
          <Form.Item label={t('campaignForm.capContacts')} htmlFor="cg-cap" {...fault('cap')}><InputNumber id="cg-cap" min={1} max={100} value={draft.capContacts} placeholder={t('campaigns.none')} onChange={(capContacts) => set({ capContacts })} /></Form.Item>
          <Form.Item label={t('campaignForm.capPer')} htmlFor="cg-per"><Input id="cg-per" value={draft.capPer} disabled={draft.capContacts === null} onChange={(event) => set({ capPer: event.target.value })} /></Form.Item>
        </div>
        <h3 className="t14 b">{t('campaignForm.stopAt')}</h3>
        <div className="cg-three">
          <Form.Item label={t('campaigns.budget')} htmlFor="cg-budget" {...fault('stop_at.budget')}><InputNumber id="cg-budget" min={0} value={draft.budget} placeholder={t('campaigns.none')} onChange={(budget) => set({ budget })} /></Form.Item>
          <Form.Item label={t('campaignForm.failurePercent')} htmlFor="cg-failure" {...fault('stop_at.failure_rate')}><InputNumber id="cg-failure" min={1} max={100} value={draft.failureRate} placeholder={t('campaigns.none')} onChange={(failureRate) => set({ failureRate })} /></Form.Item>
          <Form.Item label={t('campaignForm.until')} htmlFor="cg-until" {...fault('stop_at.until')}><Input id="cg-until" type="datetime-local" value={draft.until} onChange={(event) => set({ until: event.target.value })} /></Form.Item>
          <Form.Item label={t('campaignForm.perMinute')} htmlFor="cg-minute" {...fault('tariff.per_minute')}><InputNumber id="cg-minute" min={0} step={0.01} value={draft.perMinute} onChange={(perMinute) => set({ perMinute })} /></Form.Item>
          <Form.Item label={t('campaignForm.perText')} htmlFor="cg-text" {...fault('tariff.per_text')}><InputNumber id="cg-text" min={0} step={0.01} value={draft.perText} onChange={(perText) => set({ perText })} /></Form.Item>
        </div>
        <Form.Item label={t('campaignForm.completed')} htmlFor="cg-completed" extra={t('campaignForm.completedWhat')} {...fault('completed')}>
          <Select id="cg-completed" mode="tags" value={draft.completed} open={false} suffixIcon={null} placeholder={t('campaignForm.completedSample')} onChange={(completed: string[]) => set({ completed })} />
        </Form.Item>
      </Form>
    </Drawer>
  )
}
