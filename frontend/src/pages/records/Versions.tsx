/** Each version of a record, the latest first, with what it changed. */
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { records, type RecordType } from '../../api/records'
import { usePages } from '../../api/usePages'
import { dayAndClock } from '../../i18n/time'
import { Failed, More, Skeleton } from '../material/Frame'
import { changesOf, titleOf, valueText } from './fields'

export function Versions({ type, recordKey }: { type: RecordType; recordKey: string }) {
  const { t, i18n } = useTranslation()
  const ask = useCallback((cursor: string | null) => records.history(type.type, recordKey, cursor), [type.type, recordKey])
  const { items, failed, next, busy, more, load } = usePages(ask)
  const words = { yes: t('material.yes'), no: t('material.no') }
  if (failed !== null && items === null) return <Failed title={t('records.historyNotLoaded')} detail={failed} onRetry={() => void load()} />
  if (items === null) return <Skeleton rows={3} />
  return (
    <>
      {items.map((version, place) => {
        const before = items[place + 1]
        const first = before === undefined && next === null
        return (
          <div key={version.version} className="records-version" data-version={version.version}>
            <div className="row t12">
              <span className="b">{dayAndClock(new Date(version.at), i18n.language)}</span>
              <span className="i3">{version.source}</span>
              {version.deleted && <span className="chip er">{t('records.deleted')}</span>}
              {first && <span className="chip">{t('records.first')}</span>}
              <span className="sp" />
              <span className="i3">{t('records.version', { version: version.version })}</span>
            </div>
            {before && !version.deleted && (
              <dl className="records-change">
                {changesOf(version.data, before.data).map((change) => (
                  <div key={change.name} style={{ display: 'contents' }}>
                    <dt>{titleOf(type.schema.properties?.[change.name], change.name, i18n.language)}</dt>
                    <dd><del>{valueText(change.before, i18n.language, words)}</del> → {valueText(change.after, i18n.language, words)}</dd>
                  </div>
                ))}
              </dl>
            )}
          </div>
        )
      })}
      <More next={next} busy={busy} onMore={() => void more()} />
    </>
  )
}
