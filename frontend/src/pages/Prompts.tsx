/** The studio of prompts: a sheet of prompts by languages over all flows or one, and the chosen cell beside it. */
import { Button, Segmented, Select } from 'antd'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { flows } from '../api/flows'
import { useRefreshed } from '../api/useRefreshed'
import { useNodeTypes } from '../flow/nodeTypes'
import { languageName } from '../form/languages'
import { Icon } from '../icons/Icon'
import { Empty, Failed, PageHead, Search, Skeleton } from './material/Frame'
import { useMay } from './material/useMay'
import { CellPanel } from './prompts/CellPanel'
import { FillMissing } from './prompts/FillMissing'
import { type Loaded, loadSheet } from './prompts/load'
import './prompts/prompts.css'
import { script } from './prompts/script'
import { type Only, filtered, languagesOf, nextToDo, totalsOf } from './prompts/sheet'
import { Sheet } from './prompts/Sheet'
import type { Job } from './prompts/translating'
import { useFillOne } from './prompts/useFillOne'

const everyTwoMinutes = 120_000
export interface Chosen { key: string; language: string; play: boolean }

export function Prompts() {
  const { t, i18n } = useTranslation()
  const [query, setQuery] = useSearchParams()
  const only = query.get('flow')
  const language = i18n.language
  const look = useCallback(async (): Promise<Loaded> => {
    await useNodeTypes.getState().load(language)
    const types = useNodeTypes.getState().byType
    const all = (await flows.list()).items
    const some = only === null ? all : all.filter((row) => row.id === only)
    return { ...(await loadSheet(some, types)), types, flows: all }
  }, [only, language])
  const { data: loaded, failed, load } = useRefreshed(look, everyTwoMinutes)
  const may = useMay()
  const [filling, setFilling] = useState(false)
  const [text, setText] = useState('')
  const [what, setWhat] = useState<Only>('all')
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const sheet = useMemo(() => loaded?.sheet ?? [], [loaded])
  const shown = useMemo(() => filtered(sheet, text, what), [sheet, text, what])
  const languages = useMemo(() => languagesOf(sheet), [sheet])
  const filled = useCallback((job: Job) => setChosen({ key: job.row.key, language: job.language, play: false }), [])
  const fillOne = useFillOne(sheet, may('flows.edit'), load, filled)
  const totals = languages.map((one) => totalsOf(sheet, one))
  const missing = totals.reduce((sum, one) => sum + one.missing, 0)
  const stale = totals.reduce((sum, one) => sum + one.stale, 0)
  const unreviewed = totals.reduce((sum, one) => sum + one.unreviewed, 0)
  const row = chosen && sheet.flatMap((flow) => flow.rows).find((one) => one.key === chosen.key)
  const next = chosen && nextToDo(sheet, chosen.key, chosen.language, what)
  const first = useMemo(() => (shown[0]?.rows[0] ? { key: shown[0].rows[0].key, language: shown[0].languages[0] ?? '' } : null), [shown])
  useEffect(() => {
    if (chosen === null && first && window.matchMedia('(min-width: 1100px)').matches) setChosen({ ...first, play: false })
  }, [chosen, first])

  return (
    <>
      <PageHead title={t('prompts.title')}>
        {missing > 0 && <span className="chip er" data-testid="missing">{t('prompts.missing', { count: missing })}</span>}
        {stale > 0 && <span className="chip wa" data-testid="stale">{t('prompts.stale', { count: stale })}</span>}
        {sheet.length > 0 && unreviewed > 0 && <span className="chip" data-testid="unreviewed">{t('prompts.unreviewed', { count: unreviewed })}</span>}
        <Search value={text} onChange={setText} placeholder={t('prompts.search')} />
        <Select<string> className="prompts-flow" allowClear showSearch={{ optionFilterProp: 'label' }} value={only} placeholder={t('prompts.allFlows')} aria-label={t('prompts.flow')} options={(loaded?.flows ?? []).map((one) => ({ value: one.id, label: one.name }))} onChange={(id?: string) => { setChosen(null); setQuery(id ? { flow: id } : {}) }} />
        <Segmented<Only> value={what} onChange={setWhat} options={[{ value: 'all', label: t('prompts.all') }, { value: 'missing', label: t('prompts.onlyMissing') }, { value: 'stale', label: t('prompts.onlyStale') }, { value: 'unreviewed', label: t('prompts.onlyUnreviewed') }]} />
        <Button icon={<Icon name="dl" size={14} />} disabled={sheet.length === 0} onClick={() => script(shown, t)}>{t('prompts.script')}</Button>
        {missing > 0 && may('flows.edit') && <Button type="primary" onClick={() => setFilling(true)} data-testid="fill">{t('prompts.fill')}</Button>}
      </PageHead>
      <div className="prompts-page">
        <main className="prompts-main">
          {failed !== null && <div className="mt-pad"><Failed title={t('prompts.notLoaded')} detail={failed} kept={loaded !== null} onRetry={() => void load()} /></div>}
          {loaded === null && failed === null && <div className="mt-pad"><Skeleton rows={8} /></div>}
          {loaded && sheet.length === 0 && <div className="mt-pad"><Empty icon="say" title={t('prompts.none')} text={t('prompts.noneWhat')} /></div>}
          {sheet.length > 0 && shown.length === 0 && <div className="mt-pad"><Empty icon="check" title={what === 'all' ? t('prompts.noneFits') : t('prompts.nothingToDo')}><Button onClick={() => { setText(''); setWhat('all') }}>{t('prompts.showAll')}</Button></Empty></div>}
          {shown.length > 0 && <Sheet flows={shown} languages={languages} totals={totals} chosen={chosen} filling={fillOne} onChoose={setChosen} />}
        </main>
        {row && chosen && loaded && (
          <CellPanel
            key={`${chosen.key}/${chosen.language}`} row={row} language={chosen.language} play={chosen.play} loaded={loaded} onClose={() => setChosen(null)} onKept={load}
            onNext={next ? () => setChosen({ key: next.row.key, language: next.language, play: false }) : null}
          />
        )}
      </div>
      {filling && <FillMissing flows={sheet} missing={missing} onClose={() => setFilling(false)} onKept={load} />}
      <span className="vh" role="status">{chosen && row ? `${row.name} ${languageName(chosen.language)}` : ''}</span>
    </>
  )
}
