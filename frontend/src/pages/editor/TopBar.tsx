/** The bar above a flow: where we are, whether it is saved, what is live, what is wrong, and publish. */
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, NavLink } from 'react-router'
import { useFlow } from '../../flow/store'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { Logo } from '../../icons/Logo'
import { useMay } from '../material/useMay'
import { HelpLink } from '../shell/HelpLink'
import { LanguageSwitch, ModeSwitch } from '../shell/Switches'

interface Props {
  id: string
  name: string
  published: number | null
  page: 'design' | 'follow' | 'versions'
  /** Who else is here. */
  people?: ReactNode
  /** What stands in place of the issues and of Publish. */
  tools?: ReactNode
  onIssues?: () => void
  onPublish?: () => void
}

export function TopBar({ id, name, published, page, people, tools, onIssues, onPublish }: Props) {
  const { t } = useTranslation()
  const issues = useFlow((flow) => flow.issues)
  const may = useMay()
  const errors = issues.filter((issue) => issue.level === 'error').length
  const warnings = issues.length - errors
  return (
    <header className="top">
      <Link to="/flows" className="btn g ic back" aria-label={t('shell.toFlows')} title={t('shell.toFlows')}><Icon name="lt" /></Link>
      <Logo />
      <span className="vr" />
      <h1 className="t14 b el flowname" title={name}>{name}</h1>
      {page === 'design' && <span className="chip wa nw">{t('editor.draft')}</span>}
      {page === 'design' && <Saved />}
      {published !== null && <span className="chip ol" data-testid="live-version"><span className="pt okc" />{t('editor.liveVersion', { version: published })}</span>}
      <nav className="seg mid" aria-label={t('editor.views')}>
        {may('flows.edit') && <NavLink to={`/flows/${id}`} end className={({ isActive }) => (isActive ? 'on' : '')}>{t('editor.design')}</NavLink>}
        {may('flows.try') && <NavLink to={`/flows/${id}/try`} className={({ isActive }) => (isActive ? 'on' : '')}>{t('try.mode')}</NavLink>}
        <NavLink to={`/flows/${id}/follow`} className={({ isActive }) => (isActive ? 'on' : '')}>{t('editor.follow')}</NavLink>
        <NavLink to={`/flows/${id}/versions`} className={({ isActive }) => (isActive ? 'on' : '')}>{t('versions.title')}</NavLink>
      </nav>
      <span className="sp" />
      {people}
      {!tools && <HelpLink small />}
      <ModeSwitch />
      <LanguageSwitch />
      {tools}
      {page === 'design' && !tools && issues.length > 0 && (
        <button type="button" className={`btn issuechip ${errors > 0 ? 'er' : 'wa'}`} onClick={onIssues}>
          <Icon name={errors > 0 ? 'err' : 'warn'} />
          {errors > 0 ? t('editor.errorCount', { count: errors }) : t('editor.warningCount', { count: warnings })}
        </button>
      )}
      {page === 'design' && !tools && may('flows.publish') && <button type="button" className="btn p" onClick={onPublish}>{t('editor.publishMore')}</button>}
    </header>
  )
}

/** "已存 14:32", "正在存…", or in amber that it is only on this computer. */
function Saved() {
  const { t, i18n } = useTranslation()
  const save = useFlow((flow) => flow.save)
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 60_000)
    return () => clearInterval(timer)
  }, [])
  const bad = save.kind === 'kept' || save.kind === 'refused'
  const words = bad
    ? t('editor.keptHere')
    : save.kind === 'saved' ? (save.at ? t('editor.savedAt', { time: dayAndClock(save.at, i18n.language) }) : t('editor.saved')) : t('editor.saving')
  return <span className={`t12 nw ${bad ? 'wac b' : 'i3'}`} role="status" data-testid="save-state" data-state={save.kind}>{words}</span>
}
