/** The list of sessions, kept up by news. */
import { describe, expect, it } from 'vitest'
import type { SessionNews, SessionRow } from '../api/types'
import { byNode, matching, newestFirst, totals, withNews, withRows, withoutGone } from './rows'

const row = (id: string, more: Partial<SessionRow> = {}): SessionRow => ({
  id, flow: 'f', version: 1, status: 'running', outcome: null, node: 'ask', contact: { phone: `138${id}` }, started_at: `2026-05-03T09:00:0${id}Z`, ended_at: null, ...more,
})
const news = (id: string, more: Partial<SessionNews> = {}): SessionNews => {
  const { id: session, ...rest } = row(id)
  return { ...rest, session, steps: [], ...more }
}
const of = (...rows: SessionRow[]) => withRows(new Map(), rows)

describe('news', () => {
  it('adds a session and moves one', () => {
    const rows = withNews(of(row('1')), [news('2'), news('1', { node: 'card' })])
    expect(newestFirst(rows.values()).map((one) => [one.id, one.node])).toEqual([['2', 'ask'], ['1', 'card']])
  })

  it('that comes late brings nobody back to life', () => {
    const ended = withNews(of(row('1')), [news('1', { status: 'completed', node: null, ended_at: '2026-05-03T09:01:00Z' })])
    expect(withNews(ended, [news('1')]).get('1')?.status).toBe('completed')
  })

  it('lets the oldest of the ended ones go, and none that is live', () => {
    const many = Array.from({ length: 600 }, (_, place) => news(String(place), { status: 'completed', started_at: new Date(place * 1000).toISOString() }))
    const rows = withNews(of(row('live', { started_at: new Date(0).toISOString() })), many)
    expect(rows.size).toBe(501)
    expect(rows.has('live')).toBe(true)
    expect(rows.has('0')).toBe(false)
  })
})

it('drops live sessions that a full list no longer has', () => {
  const rows = withoutGone(of(row('1'), row('2'), row('3', { status: 'failed' })), new Set(['2']))
  expect([...rows.keys()]).toEqual(['2', '3'])
})

it('counts who stands where', () => {
  const rows = of(row('1'), row('2', { status: 'waiting' }), row('3', { node: 'card' }), row('4', { status: 'completed', node: null }))
  expect(totals(rows)).toEqual({ running: 2, waiting: 1 })
  expect([...byNode(rows)]).toEqual([['ask', { running: 1, waiting: 1 }], ['card', { running: 1, waiting: 0 }]])
})

it('finds by number, outcome and status', () => {
  const rows = [row('1'), row('2', { status: 'completed', outcome: 'confirmed' }), row('3', { status: 'waiting' })]
  expect(matching(rows, 'all', '1382').map((one) => one.id)).toEqual(['2'])
  expect(matching(rows, 'all', 'CONF').map((one) => one.id)).toEqual(['2'])
  expect(matching(rows, 'live', '').map((one) => one.id)).toEqual(['1', '3'])
  expect(matching(rows, 'completed', '').map((one) => one.id)).toEqual(['2'])
})
