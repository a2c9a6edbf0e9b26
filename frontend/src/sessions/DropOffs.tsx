/** The worst three places where people drop out, over the drawing; and the counts of all ways, which the drawing shows. */
import type { TFunction } from 'i18next'
import { useCallback, useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client'
import { useRefreshed } from '../api/useRefreshed'
import { dropOffs, useWalked, type Walks } from '../canvas/walked'
import { type NodeOf, nodeName, outletLabel } from './nodes'

const lasting = (seconds: number, t: TFunction): string =>
  seconds < 90 ? t('sessions.seconds', { count: Math.round(seconds) }) : seconds < 5400 ? t('sessions.minutes', { count: Math.round(seconds / 60) }) : seconds < 129_600 ? t('sessions.hours', { count: Math.round(seconds / 3600) }) : t('sessions.days', { count: Math.round(seconds / 86_400) })

const refreshEvery = 15_000

export function DropOffs({ flow, version, nodeOf }: { flow: string; version: number | null; nodeOf: NodeOf }) {
  const { t, i18n } = useTranslation()
  const look = useCallback(() => api.get<Walks>(`/flows/${flow}/walked?days=7${version === null ? '' : `&version=${version}`}`), [flow, version])
  const { data } = useRefreshed(look, refreshEvery)
  const tell = useWalked((state) => state.set)
  useEffect(() => tell(data), [data, tell])
  useEffect(() => () => tell(null), [tell])
  const worst = useMemo(() => (data ? dropOffs(data).filter((one) => nodeOf(one.node)) : []), [data, nodeOf])
  const longest = useMemo(() => [...(data?.nodes ?? [])].filter((one) => one.seconds >= 1 && nodeOf(one.node)).sort((a, b) => b.seconds - a.seconds).slice(0, 3), [data, nodeOf])
  if (!data || data.sessions === 0) return null
  const count = data.sessions.toLocaleString(i18n.language)
  return (
    <section className="float fp-drops" aria-label={t('sessions.drops')} data-testid="drop-offs">
      <div className="fp-drops-head"><h2 className="t12 b">{t('sessions.drops')}</h2><span className="t11 i3">{t('sessions.dropsOf')}</span></div>
      {worst.length === 0 && <p className="t12 i2">{t('sessions.noDrops')}</p>}
      {worst.map((one) => (
        <div key={`${one.node}>${one.outlet}`} className="fp-drop t12">
          <span className="el" title={`${nodeName(nodeOf, one.node)} · ${outletLabel(nodeOf, one.node, one.outlet)}`}>{nodeName(nodeOf, one.node)} · {outletLabel(nodeOf, one.node, one.outlet)}</span>
          <span className="bar"><i style={{ width: `${Math.min(100, 100 * one.share)}%`, background: 'var(--err-solid)' }} /></span>
          <span className="b ar">{(100 * one.share).toFixed(1)}%</span>
        </div>
      ))}
      {longest.length > 0 && <div className="fp-drops-head"><h2 className="t12 b">{t('sessions.stays')}</h2><span className="t11 i3">{t('sessions.staysOf')}</span></div>}
      {longest.map((one) => <div key={one.node} className="fp-drop stay t12"><span className="el">{nodeName(nodeOf, one.node)}</span><span className="b">{lasting(one.seconds, t)}</span></div>)}
      <p className="t11 i3">{data.all ? t('sessions.walkedAll', { count: data.sessions, number: count }) : t('sessions.walkedNewest', { count: data.sessions, number: count })}</p>
    </section>
  )
}
