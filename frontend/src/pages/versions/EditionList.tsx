/** The list of a flow's states: the draft while it differs, each version with its message and author, the kept drafts below. */
import { useTranslation } from 'react-i18next'
import type { FlowDetail, KeptDraft, Version } from '../../api/types'
import { dayAndClock } from '../../i18n/time'
import type { Edition } from './editions'

interface Props { detail: FlowDetail; versions: Version[]; kept: KeptDraft[]; within: ReadonlyMap<number, number>; chosen: Edition; onChoose: (edition: Edition) => void }

export function EditionList({ detail, versions, kept, within, chosen, onChoose }: Props) {
  const { t, i18n } = useTranslation()
  const when = (at: string | undefined) => (at ? dayAndClock(new Date(at), i18n.language) : '')
  // Nobody has changed the draft since it was published.
  const live = versions.find((one) => one.version === detail.published)
  const same = Boolean(live?.created_at && detail.updated_at && Date.parse(detail.updated_at) <= Date.parse(live.created_at))
  const row = (edition: Edition, head: string, chips: React.ReactNode, words: string, who: string | null | undefined, at: string | undefined) => (
    <li key={edition}>
      <button type="button" className="edition" aria-current={chosen === edition} data-edition={edition} onClick={() => onChoose(edition)}>
        <span className="row"><span className="b">{head}</span>{chips}<span className="sp" /><span className="t12 i3 nw">{when(at)}</span></span>
        <span className="edition-words">{words}</span>
        <span className="t12 i3">{who || t('versions.unknownAuthor')}</span>
      </button>
    </li>
  )
  return (
    <div className="editions" data-testid="editions">
      <ul>
        {row('draft', t('versions.draft'), null, same ? t('versions.sameAsLive', { version: detail.published }) : t('versions.notPublished'), detail.saved_by, detail.updated_at)}
        {versions.map((one) => row(
          String(one.version), t('versions.version', { version: one.version }),
          <>
            {one.version === detail.published && <span className="chip ok"><span className="pt" />{t('versions.live')}</span>}
            {(within.get(one.version) ?? 0) > 0 && <span className="chip">{t('versions.published', { count: within.get(one.version) })}</span>}
          </>,
          one.message || t('versions.noMessage'), one.author, one.created_at,
        ))}
      </ul>
      {versions.length === 0 && <p className="t12 i3 editions-none">{t('versions.none')} · {t('versions.noneWhat')}</p>}
      {kept.length > 0 && (
        <details>
          <summary>{t('versions.kept')} <span className="i3">{kept.length}</span></summary>
          <p className="t12 i3">{t('versions.keptWhat')}</p>
          <ul>{kept.map((one) => row(`r${one.revision}`, when(one.saved_at), null, one.saved_by ? t('versions.keptOf', { name: one.saved_by }) : t('versions.draft'), one.saved_by, undefined))}</ul>
        </details>
      )}
    </div>
  )
}
