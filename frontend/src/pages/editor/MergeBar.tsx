/** What two people have changed differently at the same time, field by field: mine stands until another is chosen. */
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../../api/types'
import { useNodeTypes } from '../../flow/nodeTypes'
import { inQuestion, type Overlap } from '../../flow/overlaps'
import { useFlow } from '../../flow/store'
import { clock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import '../../together/together.css'
import { placeWords, valueWords } from './overlapWords'

export function MergeBar({ document, onGo }: { document: FlowDocument; onGo: (node: string) => void }) {
  const { t } = useTranslation()
  const { overlaps, settle } = useFlow()
  const [theirs, setTheirs] = useState<ReadonlySet<string>>(new Set())
  const list = inQuestion(overlaps, document)
  if (!overlaps || list.length === 0) return null
  const name = overlaps.by || t('together.somebody')
  const choose = (place: string, isTheirs: boolean) => setTheirs((before) => {
    const next = new Set(before)
    if (isTheirs) next.add(place)
    else next.delete(place)
    return next
  })
  return (
    <section className="merge" role="region" aria-label={t('together.mergeBar')} aria-live="polite" data-testid="merge-bar">
      <header>
        <Icon name="people" />
        <span className="grow">{t('together.alsoChanged', { name, time: clock(overlaps.at), count: list.length })}</span>
        {overlaps.taken > 0 && <span className="t12 i2 nw">{t('together.othersMerged', { count: overlaps.taken })}</span>}
      </header>
      <ul>
        {list.map((one) => <Question key={one.place} overlap={one} document={document} name={name} theirs={theirs.has(one.place)} onChoose={choose} onGo={onGo} />)}
      </ul>
      <footer>
        <span className="t12 i3 grow">{t('together.bothKept')}</span>
        <button type="button" className="btn p" onClick={() => { settle(theirs); setTheirs(new Set()) }}>{t('together.useChosen')}</button>
      </footer>
    </section>
  )
}

interface QuestionProps { overlap: Overlap; document: FlowDocument; name: string; theirs: boolean; onChoose: (place: string, theirs: boolean) => void; onGo: (node: string) => void }

function Question({ overlap, document, name, theirs, onChoose, onGo }: QuestionProps) {
  const { t } = useTranslation()
  const types = useNodeTypes((state) => state.byType)
  const group = useId()
  const known = { document, types, t }
  const node = overlap.path[0] === 'nodes' ? overlap.path[1] : undefined
  const side = (isTheirs: boolean, words: string) => (
    <label className="side">
      <input type="radio" name={group} checked={theirs === isTheirs} onChange={() => onChoose(overlap.place, isTheirs)} />
      <span>{words}</span>
      <Icon name="check" size={14} />
    </label>
  )
  return (
    <li data-place={overlap.place}>
      <fieldset>
        <legend>
          {node && node in document.nodes
            ? <button type="button" className="link" onClick={() => onGo(node)}>{placeWords(overlap, known)}</button>
            : placeWords(overlap, known)}
        </legend>
        <div className="sides">
          {side(false, t('together.mine', { value: valueWords(overlap.mine, overlap, known) }))}
          {side(true, t('together.theirs', { name, value: valueWords(overlap.theirs, overlap, known) }))}
        </div>
      </fieldset>
    </li>
  )
}
