/**
 * One drawing, several people: says to the others where this page stands, hears where they are and who has saved.
 * The cursor goes out at most 20 times a second, and only while somebody else is there to see it.
 */
import { create } from 'zustand'
import { joinFlow, type Drawing } from '../live/socket'
import { gone, heard, holders, present, type Here, type People, type Person, type Place } from './people'

const CURSOR_EVERY = 50
const BEAT_EVERY = 10_000
/** A field is let go when nobody has typed in it for so long. */
const IDLE = 60_000

interface Presence {
  people: People
  held: Map<string, Person>
  /** Whether the socket stands. */
  connected: boolean
}

export const usePresence = create<Presence>(() => ({ people: {}, held: new Map(), connected: false }))

interface Told {
  draft: (revision: number, name: string) => void
  published: (version: number, name: string) => void
}

const nowhere: Place = { cursor: null, node: null, field: null }
let drawing: Drawing | null = null
let mine: Place = nowhere
let number = 0
let sent = 0
let waiting: ReturnType<typeof setTimeout> | undefined
let idle: ReturnType<typeof setTimeout> | undefined

function know(people: People) {
  if (people !== usePresence.getState().people) usePresence.setState({ people, held: holders(people) })
}

/** Be in this drawing until the returned function is called. */
export function together(flow: string, told: Told): () => void {
  mine = nowhere
  const people = () => usePresence.getState().people
  drawing = joinFlow(flow, {
    here: (here: Here) => know(heard(people(), here, Date.now())),
    // Somebody has come: he learns of this page at once.
    hello: () => say(),
    gone: (page) => know(gone(people(), page)),
    draft: told.draft,
    published: told.published,
    connected: (up) => {
      usePresence.setState({ connected: up })
      if (!up) know({})
      else say()
    },
  })
  const beat = setInterval(() => {
    know(present(people(), Date.now()))
    say()
    drawing?.beat()
  }, BEAT_EVERY)
  return () => {
    clearInterval(beat)
    clearTimeout(waiting)
    clearTimeout(idle)
    waiting = undefined
    drawing?.leave()
    drawing = null
    usePresence.setState({ people: {}, held: new Map(), connected: false })
  }
}

/** This page stands elsewhere now. */
export function moveTo(place: Partial<Place>): void {
  const next = { ...mine, ...place }
  if (next.cursor === mine.cursor && next.node === mine.node && next.field === mine.field) return
  mine = next
  if (!drawing || Object.keys(usePresence.getState().people).length === 0) return
  waiting ??= setTimeout(say, Math.max(0, sent + CURSOR_EVERY - Date.now()))
}

/** A field has the focus, or is typed in; after a while without a key it is free for others. */
export function hold(field: string | null): void {
  clearTimeout(idle)
  moveTo({ field })
  if (field !== null) idle = setTimeout(() => moveTo({ field: null }), IDLE)
}

function say() {
  clearTimeout(waiting)
  waiting = undefined
  sent = Date.now()
  number += 1
  drawing?.here({ n: number, ...mine })
}

/** Who else holds a node, or one of its fields. */
export const useHolder = (place: string | null): Person | undefined => usePresence((state) => (place === null ? undefined : state.held.get(place)))
