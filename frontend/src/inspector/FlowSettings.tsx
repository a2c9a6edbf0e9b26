/** The flow's own settings, shown when nothing is selected: name, languages, where it starts, and by which numbers. */
import { Input, Select } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import * as edit from '../flow/document'
import { useFlow } from '../flow/store'
import { Icon } from '../icons/Icon'
import { ShareButton } from '../pages/sharing/ShareButton'
import { Numbers } from './Numbers'
import { TitleField } from './TitleField'
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
