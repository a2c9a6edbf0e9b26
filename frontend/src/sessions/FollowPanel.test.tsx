/** The panel over a designer that answers from memory and a socket that says what the test says. */
import { act, cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { App } from 'antd'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { SessionNews, SessionRow } from '../api/types'
import i18n from '../i18n'
import type { WatchListener } from '../live/socket'
import { FollowPanel } from './FollowPanel'

let socket: WatchListener | undefined
vi.mock('../live/socket', () => ({
  watchFlow: (_flow: string, listener: WatchListener) => {
    socket = listener
    return () => undefined
  },
}))

const base: SessionRow = {
  id: 's1', flow: 'f', version: 1, status: 'running', outcome: null, node: 'ask', contact: { phone: '13800000412' }, started_at: '2026-05-03T09:00:00Z', ended_at: null,
}
const journal = [{ turn: 1, at: '2026-05-03T09:00:00Z', event: { type: 'digits_gathered', digits: '1' }, steps: [{ node: 'ask', outlet: '1', value: '1' }, { node: 'bye' }], commands: [] }]
const asked: string[] = []
let broken = false

function answer(url: string): unknown {
  if (url.includes('/journal')) return { items: journal, next: null }
  if (/\/sessions\/s1$/.test(url)) return { ...base, record: null, vars: { ward: 'north' }, results: { ask: { outlet: '1', value: '1' } } }
  if (url.includes('/cancel')) return { session: 's1' }
  if (url.includes('/messages') || url.includes('/recordings')) return { items: [], next: null }
  return { items: url.includes('status=') ? [base] : [base, { ...base, id: 's0', status: 'completed', outcome: 'hung_up', node: null, contact: {}, ended_at: '2026-05-03T08:59:00Z' }], next: null }
}

beforeEach(async () => {
  await i18n.changeLanguage('en')
  asked.length = 0
  broken = false
  vi.stubGlobal('fetch', async (url: string, options: { method: string }) => {
    asked.push(`${options.method} ${url}`)
    return broken ? new Response('{"title":"Broken"}', { status: 500 }) : Response.json(answer(url))
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const nodes: Record<string, { name: string; icon: string; medium: string; outlets: { id: string; label: string }[] }> = {
  ask: { name: 'Which ward', icon: 'menu', medium: 'voice', outlets: [{ id: '1', label: 'North' }] },
}
const nodeOf = (id: string) => nodes[id]

function draw(selected: string | null = null) {
  const told = { onSelectSession: vi.fn(), onHighlight: vi.fn(), onCounts: vi.fn() }
  render(<App><FollowPanel flow="f" nodeOf={nodeOf} selected={selected} {...told} /></App>)
  return { ...told, user: userEvent.setup({ delay: null }) }
}
const news = (more: Partial<SessionNews>): SessionNews => {
  const { id: session, ...rest } = base
  return { ...rest, session, steps: [], ...more }
}

it('lists sessions, and chooses one', async () => {
  const { onSelectSession, onCounts, user } = draw()
  expect(await screen.findByText('13800000412')).toBeTruthy()
  expect(screen.getByText('Hung up')).toBeTruthy()
  expect(screen.getByText('No number')).toBeTruthy()
  await user.click(screen.getByText('13800000412'))
  expect(onSelectSession).toHaveBeenCalledWith('s1')
  await vi.waitFor(() => expect([...(onCounts.mock.lastCall?.[0] as Map<string, unknown>)]).toEqual([['ask', { running: 1, waiting: 0 }]]))
})

it('takes news as they come', async () => {
  draw()
  await screen.findByText('13800000412')
  act(() => socket?.session(news({ session: 's2', contact: { phone: '15900000001' }, started_at: '2026-05-03T09:05:00Z' })))
  expect(await screen.findByText('15900000001')).toBeTruthy()
  expect(within(screen.getByRole('list', { name: 'List of sessions' })).getAllByRole('listitem')[0]?.textContent).toContain('15900000001')
  expect(screen.getByTestId('running-count').textContent).toBe('2 running')
})

it('tells the steps of one session and its way over the drawing', async () => {
  const { onHighlight, user } = draw('s1')
  expect(await screen.findByText('Pressed 1')).toBeTruthy()
  expect(screen.getByText('to North')).toBeTruthy()
  // The way is told by an effect: after the steps are there to be seen, not with them.
  await vi.waitFor(() => expect(onHighlight).toHaveBeenLastCalledWith([{ node: 'ask', outlet: '1' }, { node: 'bye', outlet: null }], 'ask'))
  await user.click(screen.getByText('Pressed 1'))
  expect(onHighlight).toHaveBeenLastCalledWith([{ node: 'ask', outlet: '1' }], 'ask')
  await user.click(screen.getByRole('tab', { name: 'Variables and results' }))
  expect(screen.getByText('north')).toBeTruthy()
})

it('ends a session after saying what that means', async () => {
  const { user } = draw('s1')
  await user.click(await screen.findByTestId('end-session'))
  expect(await screen.findByText(/ends at once as cancelled/)).toBeTruthy()
  expect(asked.some((call) => call.includes('/cancel'))).toBe(false)
  await user.click(screen.getAllByRole('button', { name: 'Hang up and end' }).at(-1) as HTMLElement)
  await vi.waitFor(() => expect(asked).toContain('POST /api/v1/sessions/s1/cancel'))
})

it('says what is safe when the list cannot be had, and asks again', async () => {
  broken = true
  const { user } = draw()
  expect(await screen.findByText(/could not be fetched/)).toBeTruthy()
  broken = false
  await user.click(screen.getByRole('button', { name: 'Try now' }))
  expect(await screen.findByText('13800000412')).toBeTruthy()
})
