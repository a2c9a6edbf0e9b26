/** Opens a flow with the node types it is made of, and says in plain words when that is not possible. */
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ApiError } from '../../api/client'
import type { FlowDocument } from '../../api/types'
import { useNodeTypes } from '../../flow/nodeTypes'
import { useDocument, useFlow } from '../../flow/store'
import { useTriggers } from '../../flow/triggers'
import './editor.css'

export function OpenFlow({ id, children }: { id: string; children: (document: FlowDocument) => ReactNode }) {
  const { t, i18n } = useTranslation()
  const document = useDocument()
  const { open, close, recheck } = useFlow()
  const loadTypes = useNodeTypes((state) => state.load)
  const loadTriggers = useTriggers((state) => state.load)
  const typesReady = useNodeTypes((state) => state.language !== null)
  const [fault, setFault] = useState<string | null>(null)
  const [attempt, setAttempt] = useState(0)

  useEffect(() => {
    let gone = false
    const failed = (error: unknown) => {
      if (!gone) setFault(error instanceof ApiError && error.status === 404 ? t('editor.noSuchFlow') : error instanceof Error ? error.message : String(error))
    }
    Promise.all([open(id), loadTriggers(id)]).catch(failed)
    return () => {
      gone = true
      close()
    }
    // The words of a failure may change with the language; the flow need not be opened again for that.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, open, close, loadTriggers, attempt])

  useEffect(() => {
    void loadTypes(i18n.language).then(recheck, (error: unknown) => setFault(error instanceof Error ? error.message : String(error)))
  }, [i18n.language, loadTypes, recheck, attempt])

  useEffect(() => {
    if (document) window.document.title = `${document.name} · Callweave`
    return () => { window.document.title = 'Callweave' }
  }, [document])

  if (fault) {
    return (
      <main className="state" role="alert">
        <span className="t14 b">{fault}</span>
        <div className="row">
          <button type="button" className="btn" onClick={() => { setFault(null); setAttempt((count) => count + 1) }}>{t('shell.retry')}</button>
          <Link className="btn g" to="/flows">{t('shell.toFlows')}</Link>
        </div>
      </main>
    )
  }
  if (!document || !typesReady) return <Skeleton />
  return children(document)
}

function Skeleton() {
  return (
    <div className="workbench" aria-busy="true">
      <div className="top" />
      <div className="deck">
        <div className="pn l" style={{ width: 208, padding: 12, gap: 10 }}>{[0, 1, 2, 3, 4, 5].map((row) => <span key={row} className="skel" style={{ height: 22 }} />)}</div>
        <div className="canvas" />
        <div className="pn r" style={{ width: 352, padding: 14, gap: 12 }}>{[0, 1, 2].map((row) => <span key={row} className="skel" style={{ height: 44 }} />)}</div>
      </div>
    </div>
  )
}
