/** Who changed this prompt, in which language and when; each opens to what differs, and to how it was before. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type PromptChange, promptChanges } from '../../api/promptChanges'
import { languageName } from '../../form/languages'
import type { Spoken } from '../../form/prompt'
import { dayAndClock } from '../../i18n/time'
import { troubleOf } from '../material/problem'
import { difference } from './difference'
import { words } from './script'
import type { Row } from './sheet'

const atFirst = 4
interface Props { row: Row; language: string; fixed: boolean; onTake: (spoken: Spoken) => void }

export function Changes({ row, language, fixed, onTake }: Props) {
  const { t, i18n } = useTranslation()
  const [items, setItems] = useState<PromptChange[] | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const [open, setOpen] = useState<number | null>(null)
  const [all, setAll] = useState(false)
  const { flow, node, value } = row
  const place = row.path.join('.')
  useEffect(() => {
    const asking = new AbortController()
    setFailed(null)
    setOpen(null)
    promptChanges(flow, node, place, asking.signal)
      .then((found) => { if (!asking.signal.aborted) setItems(found.items) })
      .catch((problem: unknown) => { if (!asking.signal.aborted) setFailed(troubleOf(problem).message) })
    return () => asking.abort()
  }, [flow, node, place, value])

  const how = (change: PromptChange) => (change.before === null && change.what === 'text' ? 'written' : change.after === null && change.what === 'text' ? 'removed' : change.what)
  return (
    <div className="sec" data-testid="changes">
      <div className="b">{t('prompts.changes')}</div>
      {failed && <p className="i3 t12">{failed}</p>}
      {items?.length === 0 && <p className="i3 t12">{t('prompts.noChanges')}</p>}
      <ul className="prompts-changes">
        {items?.slice(0, all ? undefined : atFirst).map((change, at) => (
          <li key={`${change.at} ${change.language} ${change.version ?? ''}`}>
            <button type="button" aria-expanded={open === at} onClick={() => setOpen(open === at ? null : at)}>
              <span className="i3 nw">{dayAndClock(new Date(change.at), i18n.language)}</span>
              <span>{t(`prompts.change.${how(change)}`, { by: change.by ?? t('prompts.somebody'), language: languageName(change.language) })}</span>
            </button>
            {open === at && (
              <div className="prompts-difference">
                {change.asset === null
                  ? <p lang={change.language}>{difference(said(change.before), said(change.after)).map((piece, number) => (piece.is === 'out' ? <del key={number}>{piece.text}</del> : piece.is === 'in' ? <ins key={number}>{piece.text}</ins> : piece.text))}</p>
                  : <p>{t('prompts.putIn', { asset: change.asset, version: change.version })}</p>}
                {change.before !== null && change.language === language && !fixed && <button type="button" className="btn g sm" onClick={() => { if (change.before !== null) onTake(change.before) }}>{t('prompts.takeBefore')}</button>}
              </div>
            )}
          </li>
        ))}
      </ul>
      {!all && (items?.length ?? 0) > atFirst && <button type="button" className="btn g sm" onClick={() => setAll(true)}>{t('prompts.allChanges', { count: items?.length ?? 0 })}</button>}
    </div>
  )
}

const said = (spoken: Spoken | null): string => words(spoken ?? undefined)
