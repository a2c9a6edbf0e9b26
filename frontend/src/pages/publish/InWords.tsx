/** What a new version changes, in words: the nodes that come, go and change, and each change on demand. */
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Change, FlowDocument } from '../../api/types'
import { summary, type Changed } from '../../flow/differences'
import { useNodeTypes } from '../../flow/nodeTypes'

export function InWords({ changes, document, published }: { changes: Change[]; document: FlowDocument; published: number | null }) {
  const { t } = useTranslation()
  const types = useNodeTypes((state) => state.byType)
  const [each, setEach] = useState(false)
  const found = useMemo(() => summary(changes, document, types, { nodeName: t('editor.nodeName'), outlets: t('editor.outlets') }), [changes, document, types, t])
  if (published === null) return <div className="publish-diff i2">{t('versions.firstVersion', { count: Object.keys(document.nodes).length })}</div>
  if (changes.length === 0) return <div className="publish-diff i2">{t('versions.sameAsLive', { version: published })}</div>
  const comma = t('editor.comma')
  const told = ({ name, what }: Changed) => (what.length > 0 ? t('together.detail', { name, what: what.join(comma) }) : name)
  return (
    <div className="publish-diff" data-testid="in-words">
      {found.added.length > 0 && <div><span className="okc b">+{found.added.length}</span> {t('versions.nodes', { count: found.added.length, names: found.added.join(comma) })}</div>}
      {found.removed.length > 0 && <div><span className="erc b">−{found.removed.length}</span> {t('versions.nodes', { count: found.removed.length, names: found.removed.join(comma) })}</div>}
      {found.changed.length > 0 && <div><span className="wac b">~{found.changed.length}</span> {t('versions.nodes', { count: found.changed.length, names: found.changed.map(told).join(comma) })}</div>}
      {found.frame.length > 0 && <div><span className="wac b">~{found.frame.length}</span> {t('versions.other', { what: found.frame.map((one) => one.message).join(comma) })}</div>}
      {found.moved.length > 0 && <div className="i2">{t('versions.moved', { count: found.moved.length })}</div>}
      <button type="button" className="link t12" aria-expanded={each} onClick={() => setEach(!each)}>{t(each ? 'versions.foldWords' : 'versions.inWords')}</button>
      {each && <ul className="publish-each">{changes.map((one, at) => <li key={`${one.path} ${at}`}>{one.message}</li>)}</ul>}
    </div>
  )
}
