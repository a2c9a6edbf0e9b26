/** Whom a campaign means: records of a type that a condition holds for, a saved list, a table, or people named one by one. */
import { Button, Form, Input, Select } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client'
import type { Draft } from './draft'
import { peopleOf } from './draft'

export interface Offers { recordTypes: string[]; lists: string[]; calendars: string[] }
export type FaultOf = (path: string) => { validateStatus?: 'error'; help?: string }
export interface FieldsProps { draft: Draft; set: (change: Partial<Draft>) => void; fault: FaultOf }

export function AudienceFields({ draft, set, offers, fixed, fault }: FieldsProps & { offers: Offers; fixed: boolean }) {
  const { t } = useTranslation()
  const kinds = [
    { value: 'record_type', label: t('campaignForm.kind.record_type') }, { value: 'list', label: t('campaignForm.kind.list') },
    { value: 'file', label: t('campaignForm.kind.file') }, { value: 'contacts', label: t('campaignForm.kind.contacts') },
  ]
  const options = (names: string[]) => names.map((name) => ({ value: name, label: name }))
  return (
    <>
      <h3 className="t14 b">{t('campaigns.audience')}</h3>
      <Form.Item label={t('campaignForm.whom')} htmlFor="cg-kind" {...(fixed ? { help: t('campaignForm.fixed') } : fault('audience'))}>
        <Select id="cg-kind" value={draft.kind} disabled={fixed} options={kinds} onChange={(kind: Draft['kind']) => set({ kind })} />
      </Form.Item>
      {!fixed && draft.kind === 'record_type' && (
        <>
          <Form.Item label={t('campaignForm.recordType')} htmlFor="cg-type" {...fault('audience.record_type')}>
            <Select id="cg-type" value={draft.recordType || null} options={options(offers.recordTypes)} placeholder={t('campaignForm.choose')} notFoundContent={t('campaignForm.noTypes')} onChange={(recordType) => set({ recordType: recordType ?? '' })} />
          </Form.Item>
          <Form.Item label={t('campaignForm.when')} htmlFor="cg-when" extra={t('campaignForm.whenSample')} {...fault('audience.when')}>
            <Input.TextArea id="cg-when" className="mono" autoSize={{ minRows: 1, maxRows: 4 }} value={draft.when} placeholder="record.ward == 'cardio'" onChange={(event) => set({ when: event.target.value })} />
          </Form.Item>
        </>
      )}
      {!fixed && draft.kind === 'list' && (
        <Form.Item label={t('campaignForm.savedList')} htmlFor="cg-list" {...fault('audience.list')}>
          <Select id="cg-list" value={draft.list || null} options={options(offers.lists)} placeholder={t('campaignForm.choose')} notFoundContent={t('campaignForm.noLists')} onChange={(list) => set({ list: list ?? '' })} />
        </Form.Item>
      )}
      {!fixed && draft.kind === 'file' && <FileField draft={draft} set={set} fault={fault} />}
      {!fixed && draft.kind === 'contacts' && (
        <Form.Item label={t('campaignForm.contacts')} htmlFor="cg-contacts" extra={t('campaignForm.contactsWhat', { count: peopleOf(draft.contacts).length })} {...fault('audience.contacts')}>
          <Input.TextArea id="cg-contacts" autoSize={{ minRows: 3, maxRows: 12 }} value={draft.contacts} placeholder={t('campaignForm.contactsSample')} onChange={(event) => set({ contacts: event.target.value })} />
        </Form.Item>
      )}
    </>
  )
}

/** A table goes to the organisation's files first; the campaign names it. */
function FileField({ draft, set, fault }: FieldsProps) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [said, setSaid] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const upload = async (file: File | undefined) => {
    if (!file) return
    setBusy(true)
    setSaid(null)
    const form = new FormData()
    form.set('name', `campaign-${Date.now().toString(36)}`)
    form.set('file', file)
    try {
      const asset = await api.upload<{ id: string }>('/assets', form)
      set({ file: asset.id })
      setSaid(t('campaignForm.fileTaken', { name: file.name }))
    } catch (problem) {
      setSaid(problem instanceof Error ? problem.message : String(problem))
    }
    setBusy(false)
  }
  return (
    <>
      <Form.Item label={t('campaignForm.table')} htmlFor="cg-file" extra={said ?? t('campaignForm.tableWhat')} {...fault('audience.file')}>
        <input ref={input} id="cg-file" type="file" accept=".csv,.xlsx" className="vh" tabIndex={-1} onChange={(event) => void upload(event.target.files?.[0])} />
        <Button loading={busy} onClick={() => input.current?.click()}>{draft.file ? t('campaignForm.otherFile') : t('campaignForm.chooseFile')}</Button>
      </Form.Item>
      <Form.Item label={t('campaignForm.phoneColumn')} htmlFor="cg-column" extra={t('campaignForm.phoneColumnWhat')} {...fault('audience.columns')}>
        <Input id="cg-column" value={draft.phoneColumn} placeholder={t('campaignForm.phoneColumnSample')} onChange={(event) => set({ phoneColumn: event.target.value })} />
      </Form.Item>
    </>
  )
}
