/** The live socket: one connection for the page, joined to a flow's room for as long as someone looks at it. */
import { io, type Socket } from 'socket.io-client'
import type { SessionNews } from '../api/types'

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

/** Let the connection go (sign-out). */
export function closeSocket(): void {
  socket?.disconnect()
  socket = null
}
