/** The right side of "Follow": the sessions of a flow as they happen, and one of them in full. */
import { Button, Dropdown } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../icons/Icon'
import { OneSession, Trouble } from './OneSession'
import { SessionList } from './SessionList'
import type { Walked } from './journal'
import type { NodeOf } from './nodes'
import { type Filter, type NodeCount, type Rows, byNode, matching, newestFirst, totals } from './rows'
import './sessions.css'
import { useFeed } from './useFeed'

export interface FollowPanelProps {
  flow: string
  /** Names, icons and outlet words of the nodes; keep it the same function between renders. */
  nodeOf: NodeOf
  selected: string | null
  onSelectSession: (id: string | null) => void
  /** The way of the chosen session over the drawing, and the node at which it stands; empty when none is chosen. */
  onHighlight: (way: readonly Walked[], current: string | null) => void
  /** Sessions now at each node, at most twice a second. */
  onCounts: (counts: ReadonlyMap<string, NodeCount>) => void
}

const filters: readonly Filter[] = ['all', 'live', 'running', 'waiting', 'completed', 'failed', 'cancelled', 'expired']
const countsEvery = 500

export function FollowPanel({ flow, nodeOf, selected, onSelectSession, onHighlight, onCounts }: FollowPanelProps) {
  const { t } = useTranslation()
  const feed = useFeed(flow)
  const [filter, setFilter] = useState<Filter>('all')
  const [text, setText] = useState('')
  const sum = useMemo(() => totals(feed.rows), [feed.rows])
  const shown = useMemo(() => matching(newestFirst(feed.rows.values()), filter, text), [feed.rows, filter, text])

  useCounts(feed.rows, onCounts)
  useEffect(() => {
    if (selected === null) onHighlight([], null)
  }, [selected, onHighlight])

  const words = (one: Filter) => (one === 'all' || one === 'live' ? t(`sessions.filter.${one}`) : t(`sessions.status.${one}`))
  const plus = feed.tooMany ? '+' : ''
  return (
    <aside className="pn r fp" aria-label={t('sessions.title')} data-selected={selected !== null}>
      <div className="ph fp-bar">
        <span className="b">{t('sessions.title')}</span>
        <span className="chip br" aria-live="off" data-testid="running-count"><span className="pt" />{t('sessions.running', { count: sum.running, plus })}</span>
        {sum.waiting > 0 && <span className="chip" aria-live="off" data-testid="waiting-count">{t('sessions.waiting', { count: sum.waiting, plus })}</span>}
        <span className="sp" />
        <label className="fld q fp-search">
          <Icon name="search" size={14} />
          <input type="search" value={text} placeholder={t('sessions.searchWhat')} aria-label={t('sessions.search')} onChange={(event) => setText(event.target.value)} />
        </label>
        <Dropdown
          trigger={['click']}
          placement="bottomRight"
          menu={{ selectable: true, selectedKeys: [filter], items: filters.map((one) => ({ key: one, label: words(one) })), onClick: ({ key }) => setFilter(key as Filter) }}
        >
          <button type="button" className={`btn sm ic${filter === 'all' ? '' : ' on'}`} aria-label={t('sessions.filterBy', { filter: words(filter) })} title={words(filter)}>
            <Icon name="filter" size={14} />
          </button>
        </Dropdown>
      </div>
      {!feed.connected && <div className="fp-offline" role="status"><Icon name="warn" size={14} />{t('sessions.offline')}</div>}
      <div className="fp-list">
        {feed.state === 'failed' && <Trouble text={t('sessions.listNotLoaded')} onRetry={feed.reload} />}
        {feed.state === 'loading' && <Skeleton />}
        {feed.state === 'ready' && shown.length === 0 && (
          <div className="fp-empty">
            <Icon name="pulse" size={20} />
            <span className="b">{feed.rows.size === 0 ? t('sessions.none') : t('sessions.noneFits')}</span>
            <span className="i2 t12">{feed.rows.size === 0 ? t('sessions.noneWhat') : t('sessions.noneFitsWhat')}</span>
            {feed.rows.size > 0 && <Button size="small" onClick={() => { setFilter('all'); setText('') }}>{t('sessions.showAll')}</Button>}
          </div>
        )}
        <SessionList rows={shown} selected={selected} onSelect={onSelectSession} nodeOf={nodeOf} />
        {feed.more && feed.state === 'ready' && <button type="button" className="fp-more br t12" onClick={feed.loadMore}>{t('sessions.more')}</button>}
      </div>
      {selected !== null && (
        <OneSession
          id={selected}
          row={feed.rows.get(selected)}
          change={feed.changes.get(selected) ?? 0}
          nodeOf={nodeOf}
          onHighlight={onHighlight}
          onClose={() => onSelectSession(null)}
        />
      )}
    </aside>
  )
}

/** Tells the counts at most twice a second, and the last ones always. */
function useCounts(rows: Rows, tell: FollowPanelProps['onCounts']) {
  const latest = useRef(rows)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    latest.current = rows
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      tell(byNode(latest.current))
    }, countsEvery)
  }, [rows, tell])
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [tell],
  )
}

function Skeleton() {
  return (
    <div aria-busy="true">
      {[0, 1, 2, 3, 4].map((row) => (
        <div key={row} className="fp-row"><span className="skel" style={{ height: 14, width: 96 }} /><span className="skel" style={{ height: 18, width: 52 }} /><span className="skel" style={{ height: 14, width: 120 }} /></div>
      ))}
    </div>
  )
}
