/** The sheet: prompts down, languages across; what is missing is hatched, what has not kept up is amber. */
import { Fragment, memo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { languageName } from '../../form/languages'
import { contentOf, isManner, kindOf, toParts, type Part } from '../../form/prompt'
import { Icon } from '../../icons/Icon'
import type { Chosen } from '../Prompts'
import type { Cell, FlowPrompts, Row, Totals } from './sheet'
import { cellKey, type Filling } from './useFillOne'

interface Props { flows: readonly FlowPrompts[]; languages: readonly string[]; totals: readonly Totals[]; chosen: Chosen | null; filling: Filling; onChoose: (chosen: Chosen) => void }

export function Sheet({ flows, languages, totals, chosen, filling, onChoose }: Props) {
  const { t, i18n } = useTranslation()
  const [shut, setShut] = useState<ReadonlySet<string>>(new Set())
  const columns = { gridTemplateColumns: `196px repeat(${languages.length}, minmax(190px, 1fr))` }
  const fold = (id: string) => setShut((before) => { const after = new Set(before); if (!after.delete(id)) after.add(id); return after })
  return (
    <div className="prompts-sheet" role="table" aria-label={t('prompts.title')}>
      <div className="prompts-row head" role="row" style={columns}>
        <span role="columnheader">{t('prompts.prompt')}</span>
        {languages.map((language, place) => {
          const total = totals[place]
          const all = (total?.said ?? 0) + (total?.missing ?? 0)
          return (
            <span key={language} role="columnheader" className="row">
              <span className="b" lang={language}>{languageName(language)}</span>
              <span className="i3">{total?.missing ? `${total.said} / ${all}` : t('prompts.count', { count: all })} · {t('prompts.minutes', { time: minutes(total?.seconds ?? 0, i18n.language) })}</span>
              <span className="sp" />
              {total?.missing ? <span className="chip er">{t('prompts.missing', { count: total.missing })}</span> : <span className="chip ok">{t('prompts.whole')}</span>}
            </span>
          )
        })}
      </div>
      {flows.map((flow) => (
        <Fragment key={flow.id}>
          <div className="prompts-group" role="row">
            <span role="cell" className="row">
              <button type="button" className="row" aria-expanded={!shut.has(flow.id)} onClick={() => fold(flow.id)}><Icon name={shut.has(flow.id) ? 'rt' : 'dn'} size={14} /><span className="b">{flow.name}</span></button>
              <span className="i3">{t('prompts.count', { count: flow.rows.length })} · {flow.published === null ? t('prompts.inDraft') : t('prompts.inVersion', { version: flow.published })}</span>
              <Link className="i3 t12" to={`/flows/${flow.id}`}>{t('material.open')}</Link>
            </span>
          </div>
          {!shut.has(flow.id) && flow.rows.map((row) => (
            <div key={row.key} className="prompts-row" role="row" style={columns} data-row={row.key}>
              <span role="rowheader" className="prompts-name">
                <span className="b el" title={row.name}>{row.name}</span>
                <span className="mono i3 el" title={row.title}>{row.node}.{row.path.join('.')}</span>
              </span>
              {languages.map((language) => {
                const cell = row.cells.find((one) => one.language === language)
                const on = chosen?.key === row.key && chosen.language === language
                return cell ? <One key={language} row={row} cell={cell} on={on} onChoose={onChoose}>{cell.state === 'missing' && <Lacking cell={cellKey(row.key, language)} name={row.name} language={language} filling={filling} />}</One> : <span key={language} role="cell" className="prompts-cell none" aria-label={t('prompts.notSpoken')} />
              })}
            </div>
          ))}
        </Fragment>
      ))}
    </div>
  )
}

const One = memo(function One({ row, cell, on, onChoose, children }: { row: Row; cell: Cell; on: boolean; onChoose: (chosen: Chosen) => void; children: ReactNode }) {
  const { t } = useTranslation()
  const choose = (play: boolean) => onChoose({ key: row.key, language: cell.language, play })
  const recorded = Array.isArray(cell.spoken) && cell.spoken.some((part) => 'audio' in part)
  return (
    <span role="cell" className="prompts-cell" data-state={cell.state} data-machine={cell.review?.machine ?? false} data-reviewed={cell.review !== null && !cell.review.machine} data-on={on} data-language={cell.language}>
      <button type="button" className="prompts-words" aria-pressed={on} onClick={() => choose(false)}>
        <span className="vh">{t('prompts.cell', { name: row.name, language: languageName(cell.language), state: t(`prompts.is.${cell.state === 'said' && cell.review ? (cell.review.machine ? 'machine' : 'reviewed') : cell.state}`) })}</span>
        {cell.state !== 'missing' && <span className="prompts-text" lang={cell.language}>{toParts(cell.spoken).filter((part) => !isManner(part)).map((part, place) => <Said key={place} part={part} />)}</span>}
        {cell.state === 'stale' && <span className="chip wa">{t('prompts.behind')}</span>}
        {cell.state === 'said' && cell.review?.machine && <span className="chip wa">{t('prompts.byMachine')}</span>}
      </button>
      {children}
      {cell.state !== 'missing' && (
        <button type="button" className="prompts-play" title={t('sounds.play')} onClick={() => choose(true)}>
          <span className="vh">{t('prompts.hear', { name: row.name, language: languageName(cell.language) })}</span>
          {cell.review && !cell.review.machine && cell.state === 'said' && <span className="okc" title={t('prompts.reviewedBy', { by: cell.review.by })}><Icon name="check" size={12} /></span>}
          <span className="i3 t12">{t('prompts.secs', { count: cell.seconds })}</span><Icon name={recorded ? 'record' : 'play'} size={12} />
        </button>
      )}
    </span>
  )
})

/** Over the button that chooses the cell: what is missing, and the two ways to have it. */
function Lacking({ cell, name, language, filling }: { cell: string; name: string; language: string; filling: Filling }) {
  const { t } = useTranslation()
  const failed = filling.failed?.cell === cell ? filling.failed : null
  const busy = filling.busy === cell
  return (
    <span className="prompts-lacks">
      <span className="row">
        <span className="chip er">{t('prompts.lacks')}</span>
        {filling.jobs.has(cell) && (
          <>
            <button type="button" className="br" disabled={filling.busy !== null} onClick={() => filling.fill(cell)} data-testid="fill-one">{t(busy ? 'prompts.filling' : 'prompts.fillOne')}<span className="vh">: {name}, {languageName(language)}</span></button>
            <span className="i3" aria-hidden="true">·</span>
          </>
        )}
        <span className="br">{t('prompts.write')}</span>
      </span>
      {failed && <span className="erc t12 el" role="alert" title={failed.words ?? t('prompts.crossed')}>{failed.words ?? t('prompts.crossed')}</span>}
    </span>
  )
}

const template = /(\{\{.*?\}\}|\{%.*?%\})/gs

function Said({ part }: { part: Part }) {
  const content = String(contentOf(part))
  const kind = kindOf(part)
  if (kind === 'pause') return <span className="i3"> … </span>
  if (kind === 'audio') return <span className="prompts-asset"><Icon name="record" size={12} />{content}</span>
  return <>{content.split(template).map((piece, place) => (place % 2 === 1 ? <mark key={place} className="prompts-var">{piece.replace(/^\{[{%]-?\s*|\s*-?[%}]\}$/g, '')}</mark> : piece))}</>
}

function minutes(seconds: number, language: string): string {
  const whole = Math.floor(seconds / 60)
  const rest = Math.round(seconds % 60)
  return language === 'en' ? (whole > 0 ? `${whole} min ${rest} s` : `${rest} s`) : whole > 0 ? `${whole} 分 ${rest} 秒` : `${rest} 秒`
}
