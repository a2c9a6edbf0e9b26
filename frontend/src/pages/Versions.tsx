/** A flow's versions: what each changed, side by side on the drawing, and the way back to one. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { ApiError } from '../api/client'
import { flows } from '../api/flows'
import type { Change, FlowDetail, KeptDraft, Version } from '../api/types'
import type { Mark } from '../canvas/marks'
import { marks } from '../flow/differences'
import { useNodeTypes } from '../flow/nodeTypes'
import { startWords } from '../flow/triggers'
import { dayAndClock } from '../i18n/time'
import { Icon } from '../icons/Icon'
import './editor/editor.css'
import { TopBar } from './editor/TopBar'
import { Compared } from './versions/Compared'
import { Difference } from './versions/Difference'
import { EditionList } from './versions/EditionList'
import { beforeOf, shownOf, type Edition, type Shown } from './versions/editions'
import './versions/versions.css'

interface All { detail: FlowDetail; versions: Version[]; kept: KeptDraft[]; within: Map<number, number> }
interface Pair { before: Shown | null; after: Shown; changes: Change[]; of: string }

async function load(id: string): Promise<All> {
  const [detail, versions, kept, flight] = await Promise.all([flows.detail(id), flows.versions(id), flows.keptDrafts(id), flows.inFlight(id)])
  const within = new Map<number, number>()
  for (const place of flight.places) within.set(place.version, (within.get(place.version) ?? 0) + place.sessions)
  return { detail, versions: versions.items, kept: kept.items, within }
}

export function Versions() {
  const { id = '' } = useParams()
  return <VersionsOf key={id} id={id} />
}

function VersionsOf({ id }: { id: string }) {
  const { t, i18n } = useTranslation()
  const [all, setAll] = useState<All | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const [chosen, setChosen] = useState<Edition>('draft')
  const [against, setAgainst] = useState<Edition | null>(null)
  const [pair, setPair] = useState<Pair | null>(null)
  const [alone, setAlone] = useState(false)
  const [said, setSaid] = useState<{ words: string; bad: boolean } | null>(null)
  const goer = useRef<(node: string) => void>(() => undefined)
  const { load: loadTypes, language } = useNodeTypes()
  const told = useCallback((error: unknown) => (error instanceof ApiError && error.status === 404 ? t('editor.noSuchFlow') : t('versions.notLoaded', { reason: error instanceof Error ? error.message : String(error) })), [t])

  const fetchAll = useCallback(() => load(id), [id])
  useEffect(() => {
    let gone = false
    Promise.all([fetchAll(), loadTypes(i18n.language)]).then(([loaded]) => { if (!gone) setAll(loaded) }, (error: unknown) => { if (!gone) setFault(told(error)) })
    return () => { gone = true }
  }, [fetchAll, i18n.language, loadTypes, told])

  const base = all === null ? null : (against ?? beforeOf(chosen, all.versions, all.kept))
  const wanted = all === null ? null : `${base ?? ''} ${chosen} ${all.detail.revision}`
  useEffect(() => {
    if (wanted === null) return
    let gone = false
    const both = Promise.all([base === null ? null : shownOf(id, base), shownOf(id, chosen), base === null ? [] : flows.diff(id, base, chosen)])
    both.then(([before, after, changes]) => { if (!gone) setPair({ before, after, changes, of: wanted }) }, (error: unknown) => { if (!gone) setSaid({ words: told(error), bad: true }) })
    return () => { gone = true }
  }, [id, base, chosen, wanted, told])
  const name = all?.detail.name
  useEffect(() => { if (name) window.document.title = `${t('versions.page', { name })} · Callweave` }, [name, t])

  const title = useCallback((edition: Edition) => {
    if (edition === 'draft') return t('versions.draft')
    if (!edition.startsWith('r')) return t('versions.version', { version: edition })
    const kept = all?.kept.find((one) => `r${one.revision}` === edition)
    return `${t('versions.draft')} ${kept ? dayAndClock(new Date(kept.saved_at), i18n.language) : edition}`
  }, [all, t, i18n.language])
  const found = useMemo(() => marks(pair?.changes ?? []) as { before: Map<string, Mark>; after: Map<string, Mark> }, [pair])

  if (fault) return <main className="state" role="alert"><span className="t14 b">{fault}</span><Link className="btn" to="/flows">{t('shell.toFlows')}</Link></main>
  if (!all || language === null || !pair) return <div className="workbench" aria-busy="true"><div className="top" /><div className="canvas" /></div>

  const choose = (edition: Edition) => {
    setChosen(edition)
    setAgainst(null)
    setSaid(null)
  }
  const goBack = async () => {
    try {
      await flows.goBack(id, chosen.startsWith('r') ? { revision: Number(chosen.slice(1)) } : { version: Number(chosen) })
      setAll(await fetchAll())
      setSaid({ words: chosen.startsWith('r') ? t('versions.goBackKeptDone', { time: title(chosen) }) : t('versions.goBackDone', { version: chosen }), bad: false })
    } catch (error) {
      setSaid({ words: told(error), bad: true })
    }
  }
  const editions = ['draft', ...all.versions.map((one) => String(one.version)), ...all.kept.map((one) => `r${one.revision}`)]
  const choices = [...(base === null ? [{ value: '', label: t('versions.nothingBefore') }] : []), ...editions.filter((one) => one !== chosen).map((value) => ({ value, label: title(value) }))]
  const words = startWords(all.detail.triggers ?? [], t)
  return (
    <div className="workbench">
      <TopBar id={id} name={all.detail.name} published={all.detail.published} page="versions" />
      <div className="deck versions-deck">
        <main className="col grow" aria-busy={pair.of !== wanted} style={pair.of === wanted ? undefined : { opacity: 0.6 }}>
          <Compared
            key={`${pair.of} ${alone}`} startWords={words} goer={goer}
            before={pair.before && !alone && base !== null ? { title: <><span className="i3">{t('versions.before')}</span><span className="b">{title(base)}</span></>, shown: pair.before, marks: found.before } : null}
            after={{
              title: (
                <>
                  {base !== null && !alone && <span className="i3">{t('versions.after')}</span>}<span className="b">{title(chosen)}</span><span className="sp" />
                  {base !== null && <button type="button" className="btn g sm" aria-pressed={alone} onClick={() => setAlone(!alone)}>{t(alone ? 'versions.sideBySide' : 'versions.oneDrawing')}</button>}
                </>
              ),
              shown: pair.after, marks: found.after,
            }}
          />
        </main>
        <aside className="pn r versions-panel" aria-label={t('versions.title')}>
          <EditionList detail={all.detail} versions={all.versions} kept={all.kept} within={all.within} chosen={chosen} onChoose={choose} />
          <Difference changes={pair.of === wanted ? pair.changes : null} against={base} choices={choices} onAgainst={(edition) => setAgainst(edition === '' ? null : edition)} onGo={(node) => goer.current(node)}>
            {said && <div className={`versions-said${said.bad ? ' er' : ''}`} role="status">{said.words}{!said.bad && <Link to={`/flows/${id}`}>{t('versions.openDraft')}</Link>}</div>}
            <footer>
              <a className="btn" href={`/api/v1/flows/${id}/export?version=${chosen}`} download title={t('versions.exportWhat')}><Icon name="dl" size={14} />{t('versions.export')}</a>
              <span className="sp" />
              {chosen !== 'draft' && <button type="button" className="btn p" onClick={() => void goBack()}><Icon name="undo" size={14} />{t('versions.goBack')}</button>}
            </footer>
          </Difference>
        </aside>
      </div>
    </div>
  )
}
