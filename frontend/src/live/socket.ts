/** The live socket: one connection for the page, joined to a flow's room for as long as someone looks at it. */
import { io, type Socket } from 'socket.io-client'
import type { SessionNews } from '../api/types'
import type { Here, Place } from '../together/people'

let socket: Socket | null = null
const watched = new Map<string, number>()

function connection(): Socket {
  if (socket) return socket
  const opened = io('/', { transports: ['websocket'], withCredentials: true })
  // A room is lost with its connection, so every (re)connect joins again.
  opened.on('connect', () => watched.forEach((_, flow) => opened.emit('watch', { flow })))
  socket = opened
  return opened
}

export interface WatchListener {
  session: (news: SessionNews) => void
  /** True after a (re)connect: ask for the list again, something may have been missed. */
  connected?: (up: boolean) => void
}

/** Hear what the sessions of one flow do, until the returned function is called. */
export function watchFlow(flow: string, listener: WatchListener): () => void {
  const live = connection()
  const news = (message: SessionNews) => {
    if (message.flow === flow) listener.session(message)
  }
  const up = () => listener.connected?.(true)
  const down = () => listener.connected?.(false)
  live.on('session', news)
  live.on('connect', up)
  live.on('disconnect', down)
  const count = watched.get(flow) ?? 0
  watched.set(flow, count + 1)
  if (live.connected) {
    if (count === 0) live.emit('watch', { flow })
    up()
  }
  return () => {
    live.off('session', news)
    live.off('connect', up)
    live.off('disconnect', down)
    const left = (watched.get(flow) ?? 1) - 1
    if (left > 0) watched.set(flow, left)
    else {
      watched.delete(flow)
      // Said before there is a connection, it would go out with the join that follows, and may be heard after it.
      if (live.connected) live.emit('unwatch', { flow })
    }
  }
}

export interface DrawingListener {
  here: (here: Here) => void
  hello: () => void
  gone: (page: string) => void
  draft: (revision: number, name: string) => void
  published: (version: number, name: string) => void
  connected: (up: boolean) => void
}
export interface Drawing {
  here: (place: Place & { n: number }) => void
  /** Ask which revision is kept now; `draft` is told. */
  beat: () => void
  leave: () => void
}

/** Draw a flow with others: a page is in one drawing at a time. */
export function joinFlow(flow: string, listener: DrawingListener): Drawing {
  const live = connection()
  const of = <T extends { flow: string }>(tell: (message: T) => void) => (message: T) => { if (message.flow === flow) tell(message) }
  interface Joined { joined: boolean; revision?: number }
  const known = ({ joined, revision }: Joined) => {
    if (joined && revision !== undefined) listener.draft(revision, '')
    return joined
  }
  const join = () => live.emit('join', { flow }, (answer: Joined) => listener.connected(known(answer)))
  const down = () => listener.connected(false)
  const heard = {
    here: of((message: Here & { flow: string }) => listener.here(message)),
    hello: of(() => listener.hello()),
    gone: of(({ page }: { flow: string; page: string }) => listener.gone(page)),
    draft: of(({ revision, name }: { flow: string; revision: number; name: string }) => listener.draft(revision, name)),
    published: of(({ version, name }: { flow: string; version: number; name: string }) => listener.published(version, name)),
  }
  Object.entries(heard).forEach(([word, listen]) => live.on(word, listen as (message: unknown) => void))
  live.on('connect', join)
  live.on('disconnect', down)
  if (live.connected) join()
  return {
    here: (place) => { if (live.connected) live.volatile.emit('here', place) },
    beat: () => { if (live.connected) live.emit('beat', {}, (answer: Joined) => { if (!known(answer)) join() }) },
    leave: () => {
      Object.entries(heard).forEach(([word, listen]) => live.off(word, listen as (message: unknown) => void))
      live.off('connect', join)
      live.off('disconnect', down)
      if (live.connected) live.emit('leave')
    },
  }
}

/** Let the connection go (sign-out). */
export function closeSocket(): void {
  socket?.disconnect()
  socket = null
}
