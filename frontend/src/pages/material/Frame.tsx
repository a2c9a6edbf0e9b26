/** What every page of the material has: a head, and what stands there while nothing, not yet, or no more comes. */
import { Button } from 'antd'
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import type { IconName } from '../../icons/paths'
import './material.css'

export function PageHead({ title, count, back, children }: { title: string; count?: number | null | undefined; back?: ReactNode; children?: ReactNode }) {
  const { i18n } = useTranslation()
  useEffect(() => {
    document.title = `${title} · Callweave`
  }, [title])
  return (
    <header className="hdr mt-hdr">
      {back}
      <h1 className="t16 b el" title={title}>{title}</h1>
      {count !== undefined && count !== null && <span className="i3" data-testid="count">{count.toLocaleString(i18n.language)}</span>}
      <span className="sp" />
      {children}
    </header>
  )
}

/** What happened, what is safe, what to do. */
export function Failed({ title, detail, kept = false, onRetry }: { title: string; detail: string; kept?: boolean; onRetry?: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="card mt-failed" role="alert">
      <Icon name="err" />
      <div className="grow">
        <div className="b">{title}</div>
        {kept && <div className="i2 t12">{t('material.kept')}</div>}
        <details className="i3 t12"><summary>{t('shell.details')}</summary><code className="mono">{detail}</code></details>
      </div>
      {onRetry && <Button icon={<Icon name="retry" size={14} />} onClick={onRetry}>{t('shell.retry')}</Button>}
    </div>
  )
}

export function Skeleton({ rows = 5 }: { rows?: number }) {
  return (
    <div className="card mt-skeleton" aria-busy="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row}><span className="skel" style={{ width: 120 + ((row * 67) % 140), height: 14 }} /><span className="skel" style={{ width: 90, height: 12 }} /></div>
      ))}
    </div>
  )
}

export function Empty({ icon, title, children, text }: { icon: IconName; title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="card mt-empty">
      <Icon name={icon} size={20} />
      <span className="b">{title}</span>
      {text && <span className="i2">{text}</span>}
      {children}
    </div>
  )
}

/** The way to the rest of a list. */
export function More({ next, busy, onMore }: { next: string | null; busy: boolean; onMore: () => void }) {
  const { t } = useTranslation()
  if (next === null) return null
  return <div className="mt-more"><Button loading={busy} onClick={onMore} data-testid="more">{t('material.more')}</Button></div>
}

export function Search({ value, onChange, placeholder, wide = false }: { value: string; onChange: (text: string) => void; placeholder: string; wide?: boolean }) {
  return (
    <label className="fld q mt-search" data-wide={wide}>
      <Icon name="search" size={14} />
      <input type="search" value={value} placeholder={placeholder} aria-label={placeholder} onChange={(event) => onChange(event.target.value)} />
    </label>
  )
}
