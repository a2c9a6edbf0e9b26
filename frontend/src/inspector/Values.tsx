/** The names that templates of a node may use, and what each has for the sample: to be looked up, and copied. */
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TemplateName } from '../form/scope'
import { CopyChip } from './CopyChip'
import type { Valuing } from './useSampling'

/** So many are asked for at once. */
const MOST = 50
/** What is there before a session runs. */
const known = /^(record|contact)\.|^now$/

export function Values({ names, flow, valuing }: { names: readonly TemplateName[]; flow: string; valuing: Valuing }) {
  const { t } = useTranslation()
  const [values, setValues] = useState<Record<string, string | null>>({})
  const listed = useMemo(() => [...names].sort((a, b) => Number(b.name.startsWith('record.')) - Number(a.name.startsWith('record.'))), [names])
  const asked = useMemo(() => listed.filter(({ name }) => known.test(name)).slice(0, MOST).map(({ name }) => name), [listed])
  useEffect(() => {
    const gone = new AbortController()
    // Not reached: the names stand there without what they have.
    void valuing(asked, gone.signal).then((found) => setValues(Object.fromEntries(asked.map((name, at) => [name, found[at] ?? null]))), () => undefined)
    return () => gone.abort()
  }, [asked, valuing])
  const of = (name: string) => {
    if (name === 'flow.name') return flow
    return known.test(name) ? (values[name] ?? <span className="i3">{t('editor.valueNone')}</span>) : <span className="i3">{t('editor.valueLater')}</span>
  }
  return (
    <div className="pad">
      <p className="t12 i2">{t('editor.valuesWhat')}</p>
      <ul className="values">
        {listed.map(({ name, label }) => (
          <li key={name}>
            <div className="grow"><CopyChip text={`{{ ${name} }}`} shown={name} />{label && <span className="t12 i3 el">{label}</span>}</div>
            <span className="value" lang="">{of(name)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
