/** One flow for whoever has a link to it: the drawing, how many stand where, and nothing else. No sign-in, no navigation. */
import { ReactFlowProvider } from '@xyflow/react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/client'
import { shared, type SharedFlow } from '../api/shared'
import { FollowCanvas } from '../canvas/FollowCanvas'
import { useLive, type Standing } from '../canvas/live'
import { useNodeTypes } from '../flow/nodeTypes'
import { dayAndClock } from '../i18n/time'
import { Logo } from '../icons/Logo'
import { Antd } from '../theme/Antd'
import './editor/editor.css'
import { LanguageSwitch, ModeSwitch } from './shell/Switches'

const again = 5_000
const standing = (counts: Record<string, Standing>) => new Map(Object.entries(counts))

export function Shared() {
  const { t, i18n } = useTranslation()
  const token = useToken()
  const [flow, setFlow] = useState<SharedFlow | null>(null)
  const [live, setLive] = useState(0)
  const [fault, setFault] = useState<ApiError | null>(null)
  const { setCounts, clear } = useLive()

  useEffect(() => {
    let gone = false
    const failed = (problem: unknown) => { if (!gone) setFault(problem instanceof ApiError ? problem : new ApiError(0, '', String(problem))) }
    shared.flow(token).then((found) => {
      if (gone) return
      useNodeTypes.setState({ language: i18n.language, list: Object.values(found.types), byType: found.types })
      setCounts(standing(found.counts))
      setLive(found.live)
      setFlow(found)
      setFault(null)
    }, failed)
    const timer = setInterval(() => {
      if (document.visibilityState !== 'visible') return
      shared.counts(token).then((found) => {
        if (gone) return
        setCounts(standing(found.counts))
        setLive(found.live)
        setFault(null)
      }, failed)
    }, again)
    return () => { gone = true; clearInterval(timer); clear() }
  }, [token, i18n.language, setCounts, clear])
  useEffect(() => {
    if (flow) document.title = `${flow.name} · Callweave`
  }, [flow])

  const ended = fault !== null && (fault.status === 401 || fault.status === 403 || fault.status === 404)
  if (ended || (fault && !flow)) {
    return (
      <main className="state" role="alert">
        <Logo />
        <h1 className="t14 b">{ended ? t('rights.linkEnded') : t('rights.linkNotLoaded')}</h1>
        <span className="i2">{ended ? t('rights.linkEndedWhat') : fault?.message}</span>
      </main>
    )
  }
  if (!flow) return <div className="workbench" aria-busy="true"><div className="top" /><div className="canvas" /></div>
  return (
    <Antd>
      <ReactFlowProvider>
        <div className="workbench">
          <header className="top">
            <Logo />
            <span className="vr" />
            <h1 className="t14 b el flowname" title={flow.name}>{flow.name}</h1>
            {flow.published !== null && <span className="chip ol"><span className="pt okc" />{t('editor.liveVersion', { version: flow.published })}</span>}
            <span className="chip br" data-testid="shared-live">{t('rights.inFlow', { count: live })}</span>
            {fault && <span className="chip wa" role="status">{t('rights.stale')}</span>}
            <span className="sp" />
            <span className="i3 t12 nw shared-ends">{t('rights.linkUntil', { time: dayAndClock(new Date(flow.expires_at), i18n.language) })}</span>
            <ModeSwitch />
            <LanguageSwitch />
          </header>
          <div className="deck">
            <main className="col grow">
              <FollowCanvas document={flow.document} checked={{ errors: [], warnings: [], nodes: flow.nodes }} startWords={t('rights.start')} note={flow.published === null ? t('editor.notPublishedFollow') : null} />
            </main>
          </div>
        </div>
      </ReactFlowProvider>
    </Antd>
  )
}

/** The link's secret stands behind the `#`, which a browser sends to nobody. */
function useToken(): string {
  const [token, setToken] = useState(() => location.hash.slice(1))
  useEffect(() => {
    const changed = () => setToken(location.hash.slice(1))
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])
  return token
}
