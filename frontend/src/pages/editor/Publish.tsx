/**
 * Publishing: saves first, wants a message, shows the change in words, what would be wrong and how the scenarios come out,
 * and asks what becomes of people in flight.
 */
import { Button, Input, Modal } from 'antd'
import { useEffect, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client'
import { flows } from '../../api/flows'
import type { Change, FlowDocument, InFlightPlace } from '../../api/types'
import { aboutNode, issuesOf, spoken, type Issue } from '../../flow/faults'
import { concerned, fates, standing, stranded, wish, type Choice, type Fate } from '../../flow/inFlight'
import { useNodeTypes } from '../../flow/nodeTypes'
import { inQuestion } from '../../flow/overlaps'
import { useFlow } from '../../flow/store'
import { Icon } from '../../icons/Icon'
import { InWords } from '../publish/InWords'
import { People } from '../publish/People'
import { failing, Scenarios, useRehearsed } from '../publish/Scenarios'
import '../publish/publish.css'

export function Publish({ document, onClose, onGo }: { document: FlowDocument; onClose: () => void; onGo: (id: string) => void }) {
  const { t } = useTranslation()
  const field = useId()
  const { id, published, issues, flush, setPublished, say, overlaps } = useFlow()
  const [message, setMessage] = useState('')
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<{ words: string; faults: Issue[] } | null>(null)
  const [chosen, setChoice] = useState<Choice | null>(null)
  const [byNode, setByNode] = useState<Record<string, Fate>>({})
  const asked = useAsked(id, document)
  const people = useMemo(() => standing(asked?.places ?? []), [asked])
  const errors = issues.filter((issue) => issue.level === 'error')
  const shown = refused && refused.faults.length > 0 ? refused.faults : issues
  const next = (published ?? 0) + 1
  const open = inQuestion(overlaps, document).length
  // Those who wait go on in the new version, unless some could not: then all stay until something else is chosen.
  const choice = chosen ?? (stranded(people, document).length === 0 && concerned('move', people, {}).move > 0 ? 'move' : 'keep')
  const wanted = people.length === 0 ? 'keep' : choice
  const fate = useMemo(() => ({ ...fates(people, document), ...byNode }), [people, document, byNode])
  const { move, end } = concerned(wanted, people, fate)
  const [why, setWhy] = useState('')
  const faulty = errors.length > 0
  const rehearsed = useRehearsed(id, document, asked, faulty)
  const fails = failing(rehearsed).length
  const played = rehearsed === null || rehearsed.run !== null || rehearsed.trouble !== null
  const ready = message.trim() !== '' && !faulty && open === 0 && played && (fails === 0 || why.trim() !== '')
  const note = fails > 0 ? t('versions.publishedDespite', { message: message.trim(), count: fails, why: why.trim() }) : message.trim()

  const publish = async () => {
    if (!id || busy || !ready) return
    setBusy(true)
    setRefused(null)
    let revision: string | null
    try {
      revision = await flush()
    } catch {
      setBusy(false)
      return setRefused({ words: t('editor.publishNotSaved'), faults: [] })
    }
    try {
      const made = await flows.publish(id, { message: note, in_flight: wish(wanted, fate) }, revision)
      setPublished(made.version)
      say(made.in_flight ? t('versions.publishedAndMoved', { version: made.version, count: made.in_flight.sessions }) : t('editor.published', { version: made.version }))
      onClose()
    } catch (error) {
      const problem = error instanceof ApiError ? error : new ApiError(0, String(error), '')
      setRefused({ words: problem.status === 412 ? t('versions.draftMoved') : problem.message, faults: issuesOf({ errors: problem.errors, warnings: [], nodes: {} }) })
    } finally {
      setBusy(false)
    }
  }
  const words = move > 0 && end > 0
    ? t('versions.doPublishBoth', { move, end })
    : move > 0 ? t('versions.doPublishMove', { count: move }) : end > 0 ? t('versions.doPublishEnd', { count: end }) : t('editor.publishVersion', { version: next })
  return (
    <Modal
      open title={t('editor.publishTitle', { name: document.name, version: next })} width={460} onCancel={onClose} destroyOnHidden
      footer={(
        <div className="publish-foot">
          <span className="t12 i3">{published !== null && t('versions.undoable', { version: published })}</span>
          <Button onClick={onClose}>{t('shell.cancel')}</Button>
          <Button type="primary" disabled={!ready} loading={busy} onClick={() => void publish()}>{words}</Button>
        </div>
      )}
    >
      <label className="lab" htmlFor={field}>{t('editor.publishMessage')}</label>
      <Input
        id={field} autoFocus value={message} maxLength={500} placeholder={t('editor.publishExample')} onChange={(event) => setMessage(event.target.value)}
        onKeyDown={(event) => { if (event.key === 'Enter' && !event.nativeEvent.isComposing && move + end === 0) void publish() }}
      />
      {refused && <div className="publish-words erc" role="alert"><Icon name="err" /><span>{refused.words}</span></div>}
      {asked && <InWords changes={asked.changes} document={document} published={published} />}
      {open > 0 && <div className="publish-words wac"><Icon name="people" /><span>{t('together.decideFirst', { count: open })}</span></div>}
      <Scenarios document={document} rehearsed={rehearsed} faulty={faulty} why={why} onWhy={setWhy} />
      <div className="publish-words i2">
        {errors.length > 0 ? t('editor.cannotPublish', { count: errors.length }) : issues.length > 0 ? t('editor.publishWarned', { count: issues.length }) : t('editor.publishClean')}
      </div>
      <PublishIssues document={document} issues={shown} onGo={(node) => { onClose(); onGo(node) }} />
      {people.length > 0 && (
        <People people={people} document={document} next={next} choice={choice} onChoose={setChoice} byNode={fate} onFate={(node, one) => setByNode((before) => ({ ...before, [node]: one }))} />
      )}
    </Modal>
  )
}

interface Asked { changes: Change[]; places: InFlightPlace[] }

/** What the new version changes and who is in the earlier ones, asked once the draft is saved, and again when it changes. */
function useAsked(id: string | null, document: FlowDocument): Asked | null {
  const { flush, published } = useFlow()
  const [asked, setAsked] = useState<Asked | null>(null)
  useEffect(() => {
    let gone = false
    const ask = async () => {
      if (!id) return
      await flush()
      const [changes, flight] = await Promise.all([published === null ? [] : flows.diff(id, null, 'draft'), flows.inFlight(id)])
      if (!gone) setAsked({ changes, places: flight.places })
    }
    // What cannot be asked is not shown; publishing itself says why it cannot be.
    ask().catch(() => undefined)
    return () => { gone = true }
  }, [id, document, flush, published])
  return asked
}

function PublishIssues({ document, issues, onGo }: { document: FlowDocument; issues: Issue[]; onGo: (node: string) => void }) {
  const { t } = useTranslation()
  const types = useNodeTypes((state) => state.byType)
  const checked = useFlow((flow) => flow.checked)
  return (
    <ul className="publish-issues">
      {issues.map((issue, at) => {
        const node = issue.node ? document.nodes[issue.node] : undefined
        const name = node ? node.name || types[node.type]?.label || issue.node : t('editor.flow')
        return (
          <li key={`${issue.path} ${at}`}>
            <button type="button" className="row" disabled={!node} onClick={() => issue.node && onGo(issue.node)}>
              <span className={issue.level === 'error' ? 'erc' : 'wac'}><Icon name={issue.level === 'error' ? 'err' : 'warn'} /></span>
              <span className="b nw">{name}</span><span className="i2">{spoken(issue, aboutNode(issue.node, document, checked, types), t)}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
