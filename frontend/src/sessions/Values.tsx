/** What a session knows: the results of its nodes, its variables, its contact and its record. */
import { useTranslation } from 'react-i18next'
import type { SessionDetail } from '../api/types'
import { type NodeOf, nodeName, outletLabel } from './nodes'

export function Values({ detail, nodeOf }: { detail: SessionDetail; nodeOf: NodeOf }) {
  const { t } = useTranslation()
  const results = Object.entries(detail.results ?? {}).map(([node, result]): [string, string, string] => {
    const way = result.outlet ? outletLabel(nodeOf, node, result.outlet) : ''
    const value = plain(result.value)
    if (value === '') return [`results.${node}.outlet`, nodeName(nodeOf, node), way]
    return [`results.${node}.value`, nodeName(nodeOf, node), value === result.outlet ? way : `${value} · ${way}`]
  })
  const named = (prefix: string, object: Record<string, unknown> | null | undefined) =>
    Object.entries(object ?? {}).map(([name, value]): [string, string, string] => [`${prefix}.${name}`, '', plain(value)])
  const parts: [string, [string, string, string][]][] = [
    [t('sessions.results'), results],
    [t('sessions.vars'), named('vars', detail.vars)],
    [t('sessions.contact'), named('contact', detail.contact)],
    [t('sessions.record'), named('record', detail.record)],
  ]
  const filled = parts.filter(([, rows]) => rows.length > 0)
  if (filled.length === 0) return <p className="fp-empty i3">{t('sessions.nothingKnown')}</p>
  return (
    <div className="fp-values">
      {filled.map(([title, rows]) => (
        <section key={title} aria-label={title}>
          <h3 className="t11 i3">{title}</h3>
          <dl>
            {rows.map(([path, name, value]) => (
              <div key={path} className="fp-value">
                <dt title={path}>
                  {name && <span className="el">{name}</span>}
                  <span className="mono i3 el">{path}</span>
                </dt>
                <dd className="el" title={value}>{value || '—'}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  )
}

function plain(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
