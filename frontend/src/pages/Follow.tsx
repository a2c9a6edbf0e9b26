/** Watch a flow: the published drawing with those who stand at each node, and the sessions beside it. */
import { ReactFlowProvider } from '@xyflow/react'
import { App } from 'antd'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { ApiError } from '../api/client'
import { flows } from '../api/flows'
import type { Checked, FlowDetail, FlowDocument } from '../api/types'
import { FollowCanvas } from '../canvas/FollowCanvas'
import { useLive } from '../canvas/live'
import { useNodeTypes } from '../flow/nodeTypes'
import { outletsOf } from '../flow/outlets'
import { startWords } from '../flow/triggers'
import { DropOffs } from '../sessions/DropOffs'
import { FollowPanel } from '../sessions/FollowPanel'
import type { NodeOf } from '../sessions/nodes'
import './editor/editor.css'
import { TopBar } from './editor/TopBar'

interface Shown { detail: FlowDetail; document: FlowDocument; checked: Checked | null }

const ONE_MESSAGE = { maxCount: 1, duration: 5 }

async function load(id: string): Promise<Shown> {
  const detail = await flows.detail(id)
  const document = detail.published === null ? (await flows.draft(id)).data : (await flows.version(id, detail.published)).document
  return { detail, document, checked: await flows.check(document) }
}

export function Follow() {
  const { id = '' } = useParams()
  return (
    <ReactFlowProvider>
      <FollowFlow key={id} id={id} />
    </ReactFlowProvider>
  )
}

function FollowFlow({ id }: { id: string }) {
  const { t, i18n } = useTranslation()
  const [shown, setShown] = useState<Shown | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const [query, setQuery] = useSearchParams()
  const session = query.get('session')
  const { load: loadTypes, byType, language } = useNodeTypes()
  const { setCounts, highlight, clear } = useLive()

  useEffect(() => {
    let gone = false
    Promise.all([load(id), loadTypes(i18n.language)]).then(
      ([loaded]) => { if (!gone) setShown(loaded) },
      (error: unknown) => { if (!gone) setFault(error instanceof ApiError && error.status === 404 ? t('editor.noSuchFlow') : error instanceof Error ? error.message : String(error)) },
    )
    return () => { gone = true }
  }, [id, i18n.language, loadTypes, t])
  useEffect(() => clear, [clear])
  useEffect(() => {
    if (shown) window.document.title = `${shown.document.name} · Callweave`
  }, [shown])

  const nodeOf = useMemo<NodeOf>(() => (node) => {
    const found = shown?.document.nodes[node]
    if (!found) return undefined
    const type = byType[found.type]
    return {
      name: found.name || type?.label || node, icon: type?.icon ?? 'unknown', medium: type?.medium ?? 'logic',
      outlets: outletsOf(found, shown.checked?.nodes[node], type),
    }
  }, [shown, byType])
  const select = useCallback((wanted: string | null) => setQuery(wanted === null ? {} : { session: wanted }, { replace: true }), [setQuery])

  if (fault) {
    return (
      <main className="state" role="alert">
        <span className="t14 b">{fault}</span>
        <Link className="btn" to="/flows">{t('shell.toFlows')}</Link>
      </main>
    )
  }
  if (!shown || language === null) return <div className="workbench" aria-busy="true"><div className="top" /><div className="canvas" /></div>
  return (
    <div className="workbench">
      <TopBar id={id} name={shown.document.name} published={shown.detail.published} page="follow" />
      <div className="deck follow-deck">
        <main className="col grow">
          <FollowCanvas document={shown.document} checked={shown.checked} startWords={startWords(shown.detail.triggers ?? [], t)} note={shown.detail.published === null ? t('editor.notPublishedFollow') : null}>
            {session === null && <DropOffs flow={id} version={shown.detail.published} nodeOf={nodeOf} />}
          </FollowCanvas>
        </main>
        <App component={false} message={ONE_MESSAGE}>
          <FollowPanel flow={id} nodeOf={nodeOf} selected={session} onSelectSession={select} onHighlight={highlight} onCounts={setCounts} />
        </App>
      </div>
    </div>
  )
}
