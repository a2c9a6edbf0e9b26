/** The flow's own settings, shown when nothing is selected: name, languages, where it starts, and by which numbers. */
import { Input, Select } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { FlowDocument } from '../api/types'
import * as edit from '../flow/document'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import { titleOf } from '../pages/records/fields'
import { ShareButton } from '../pages/sharing/ShareButton'
import { Numbers } from './Numbers'
import { TitleField } from './TitleField'
import { useRecordTypes } from './useRecordFields'
import { useTargets } from './useTargets'

const OFFERED = ['zh-CN', 'en', 'zh-HK', 'zh-TW', 'ja', 'ko', 'fr', 'de', 'es', 'ru']

export function FlowSettings({ document }: { document: FlowDocument }) {
  const { t, i18n } = useTranslation()
  const base = useId()
  const { edit: change, issues, id: flow } = useFlow()
  const targets = useTargets(document)
  const names = new Intl.DisplayNames([i18n.language], { type: 'language' })
  const fault = (path: string) => issues.find((issue) => issue.path === path || issue.path.startsWith(`${path}.`))
  const languages = document.languages ?? []
  return (
    <>
      <header className="head">
        <div className="row">
          <span className="tile m-logic"><Icon name="flow" /></span>
          <TitleField value={document.name} label={t('editor.flowName')} onChange={(name) => change((before) => edit.setAbout(before, { name }), 'flow:name')} />
        </div>
        <div className="row t12 i3 meta"><span>{t('editor.nodeCount', { count: Object.keys(document.nodes).length })}</span></div>
      </header>
      <div className="panel" style={{ borderTop: '1px solid var(--line)' }}>
        <div className="pad fields">
          <div>
            <label className="lab" htmlFor={`${base}-about`}>{t('editor.description')}</label>
            <Input.TextArea id={`${base}-about`} rows={3} value={document.description ?? ''} maxLength={4000} onChange={(event) => { const description = event.target.value; change((before) => edit.setAbout(before, { description }), 'flow:description') }} />
          </div>
          <div>
            <label className="lab" htmlFor={`${base}-languages`}>{t('editor.languages')}</label>
            <Select
              id={`${base}-languages`} aria-label={t('editor.languages')} mode="multiple" style={{ width: '100%' }} value={languages}
              options={[...new Set([...languages, ...OFFERED])].map((value) => ({ value, label: languageName(names, value) }))}
              onChange={(wanted: string[]) => change((before) => edit.setAbout(before, { languages: wanted }))}
            />
            <Hint text={fault('languages')?.message} />
          </div>
          <RecordTypeField document={document} id={`${base}-record`} fault={fault('record_type')?.message} />
          <div>
            <label className="lab" htmlFor={`${base}-start`}>{t('editor.startNode')}</label>
            <Select
              id={`${base}-start`} aria-label={t('editor.startNode')} style={{ width: '100%' }} showSearch={{ optionFilterProp: 'search' }} options={targets} value={document.start ?? undefined}
              placeholder={t('editor.noStart')} onChange={(id: string) => change((before) => edit.setStart(before, id))}
            />
            <Hint text={fault('start')?.message} />
          </div>
          <div>
            <label className="lab" htmlFor={`${base}-hangup`}>{t('editor.onHangUp')}</label>
            <Select
              id={`${base}-hangup`} aria-label={t('editor.onHangUp')} style={{ width: '100%' }} showSearch={{ optionFilterProp: 'search' }} allowClear options={targets} value={document.on_hang_up ?? undefined}
              placeholder={t('editor.hangUpEnds')} onChange={(id: string | undefined) => change((before) => edit.setOnHangUp(before, id ?? null))}
            />
            <Hint text={fault('on_hang_up')?.message} />
          </div>
        </div>
        <Numbers />
        {flow !== null && <div className="sec"><ShareButton flow={flow} name={document.name} /></div>}
      </div>
    </>
  )
}

/** What the flow is about: with it the names of `record.…` are offered, and a sample stands beside each template. */
function RecordTypeField({ document, id, fault }: { document: FlowDocument; id: string; fault: string | undefined }) {
  const { t, i18n } = useTranslation()
  const change = useFlow((flow) => flow.edit)
  const types = useRecordTypes()
  const value = typeof document['record_type'] === 'string' ? document['record_type'] : undefined
  const known = types.map((one) => ({ value: one.type, label: titleOf(one.schema, one.type, i18n.language) }))
  const options = value === undefined || known.some((one) => one.value === value) ? known : [...known, { value, label: value }]
  return (
    <div>
      <label className="lab" htmlFor={id}>{t('editor.recordType')}</label>
      <Select<string>
        id={id} aria-label={t('editor.recordType')} style={{ width: '100%' }} allowClear value={value} options={options} placeholder={t('editor.noRecordType')}
        onChange={(type?: string) => change((before) => edit.setRecordType(before, type ?? null))}
      />
      {known.length === 0 && <div className="hint"><Link to="/records">{t('editor.makeRecordType')}</Link></div>}
      <Hint text={fault} />
    </div>
  )
}

function languageName(names: Intl.DisplayNames, tag: string): string {
  try {
    return names.of(tag) ?? tag
  } catch {
    return tag // not a language tag; the document says so as a fault
  }
}

function Hint({ text }: { text: string | undefined }) {
  return text ? <div className="hint er"><Icon name="warn" size={14} /><span>{text}</span></div> : null
}
