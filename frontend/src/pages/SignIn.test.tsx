/** The door, and the list behind it, over a designer that answers from memory. */
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { useMe } from '../api/me'
import type { FlowRow } from '../api/types'
import i18n from '../i18n'
import { Flows } from './Flows'
import { SignIn } from './SignIn'
import { SignedIn } from './shell/SignedIn'

const row: FlowRow = {
  id: 'f1', name: 'Reception', description: 'Guides callers', languages: ['zh-CN', 'en'], revision: 1, published: 3, errors: 0, warnings: 2,
  updated_at: '2026-05-03T09:00:00Z', live: 4, triggers: [{ id: 't', kind: 'call', number: '7001' }],
}
let inside = false
let began = false
let rows: FlowRow[] | null = [row]
const posted: { url: string; body: unknown }[] = []

beforeEach(async () => {
  await i18n.changeLanguage('en')
  useMe.setState({ me: null, state: 'unknown' })
  inside = false
  began = false
  rows = [row]
  posted.length = 0
  vi.stubGlobal('fetch', async (url: string, options: { method: string; body: string | null }) => {
    const body: unknown = options.body ? JSON.parse(options.body) : null
    if (options.method === 'POST') posted.push({ url, body })
    if (url.endsWith('/sign-in') && options.method === 'GET') return Response.json({ openid: [], mail: false, hours: 12, began })
    if (url.endsWith('/sign-in/code')) {
      inside = (body as { code: string }).code === '123456'
      return inside ? Response.json({ csrf: 'c', next: null, recovery_codes: [] }) : Response.json({ title: 'Unauthorized', detail: 'This code is not right.' }, { status: 401 })
    }
    if (url.endsWith('/sign-in')) {
      if ((body as { password?: string }).password === 'right') return Response.json({ csrf: null, next: 'code', recovery_codes: [] })
      inside = (body as { key?: string }).key === 'right'
      return inside ? Response.json({ csrf: 'c' }) : Response.json({ title: 'Unauthorized' }, { status: 401 })
    }
    if (!inside) return Response.json({ title: 'Unauthorized' }, { status: 401 })
    if (url.endsWith('/me')) return Response.json({ tenant: 'main', role: 'admin', csrf: 'c' })
    if (options.method === 'POST') return Response.json({ id: 'new' }, { status: 201 })
    return rows ? Response.json({ items: rows, next: null }) : Response.json({ title: 'Broken' }, { status: 500 })
  })
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

function open(path: string) {
  const router = createMemoryRouter(
    [
      { path: '/sign-in', element: <SignIn /> },
      { element: <SignedIn />, children: [{ path: '/flows', element: <Flows /> }, { path: '/flows/:id', element: <p>the drawing</p> }] },
    ],
    { initialEntries: [path] },
  )
  render(<RouterProvider router={router} />)
  return { router, user: userEvent.setup({ delay: null }) }
}

async function enter(path: string) {
  inside = true
  const opened = open(path)
  await screen.findByRole('heading', { name: 'Flows' })
  if (rows?.length) await screen.findByText('Reception')
  return opened
}

it('asks for a key, says plainly when it is wrong, and leads to where one wanted to go', async () => {
  const { router, user } = open('/flows/f1')
  const key = await screen.findByLabelText('Access key')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect((await screen.findByRole('alert')).textContent).toContain('There is no key yet')
  await user.type(key, 'wrong{Enter}')
  expect(await screen.findByText(/is not known here/)).toBeTruthy()
  expect(document.activeElement).toBe(key)
  await user.clear(key)
  await user.type(key, 'right{Enter}')
  expect(await screen.findByText('the drawing')).toBeTruthy()
  expect(router.state.location.pathname).toBe('/flows/f1')
})

it('shows a key only when asked, and speaks both languages', async () => {
  const { user } = open('/sign-in')
  const key = (await screen.findByLabelText('Access key')) as HTMLInputElement
  expect(key.type).toBe('password')
  await user.click(screen.getByRole('button', { name: 'Show: Access key' }))
  expect(key.type).toBe('text')
  await user.click(screen.getByRole('button', { name: '中文' }))
  expect(await screen.findByLabelText('访问密钥')).toBeTruthy()
})

it('asks for a second factor after a right password', async () => {
  began = true
  const { user } = open('/flows/f1')
  await user.type(await screen.findByLabelText('E-mail or staff number'), 'li@ward.example')
  await user.type(screen.getByLabelText('Password'), 'wrong{Enter}')
  expect(await screen.findByRole('alert')).toBeTruthy()
  await user.clear(screen.getByLabelText('Password'))
  await user.type(screen.getByLabelText('Password'), 'right{Enter}')
  const code = await screen.findByLabelText('6 digits')
  await user.type(code, '000000{Enter}')
  expect(await screen.findByText('This code is not right.')).toBeTruthy()
  await user.type(screen.getByLabelText('6 digits'), '123456{Enter}')
  expect(await screen.findByText('the drawing')).toBeTruthy()
  expect(posted[0]?.body).toEqual({ login: 'li@ward.example', password: 'wrong', remember: false })
})

it('lists flows with what is live of them, and opens one', async () => {
  const { router, user } = await enter('/flows')
  for (const words of ['Live v3', '2 warnings', '7001', '4']) expect(await screen.findByText(words)).toBeTruthy()
  await user.type(screen.getByRole('searchbox'), 'nothing like it')
  expect(screen.getByText(/No flow matches/)).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Show all' }))
  await user.click(screen.getByText('Guides callers'))
  expect(router.state.location.pathname).toBe('/flows/f1')
})

it('makes a new flow', async () => {
  const { router, user } = await enter('/flows')
  await user.click(screen.getByTestId('new-flow'))
  await user.click(await screen.findByRole('button', { name: 'Start drawing' }, { timeout: 10_000 }))
  expect(await screen.findByText('Give the flow a name.')).toBeTruthy()
  await user.type(screen.getByLabelText('Name'), 'Reminder')
  await user.click(screen.getByRole('button', { name: 'Start drawing' }))
  await vi.waitFor(() => expect(router.state.location.pathname).toBe('/flows/new'))
  expect(posted.at(-1)).toEqual({ url: '/api/v1/flows', body: { callweave: 1, name: 'Reminder', description: '', languages: ['en'], nodes: {}, notes: [] } })
})

it('says how to begin when there is nothing, and what to do when the list cannot be had', async () => {
  rows = []
  await enter('/flows')
  expect(await screen.findByText('No flows yet')).toBeTruthy()
  cleanup()
  rows = null
  const { user } = await enter('/flows')
  expect(await screen.findByText('The flows could not be fetched')).toBeTruthy()
  rows = [row]
  await user.click(screen.getByRole('button', { name: 'Try now' }))
  expect(await screen.findByText('Reception')).toBeTruthy()
})
