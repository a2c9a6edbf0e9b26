/** A try that is going on: the simulated session, what a person does to it, and what answers by itself. */
import { create } from 'zustand'
import { ApiError } from '../api/client'
import { issuesOf, type Issue } from '../flow/faults'
import { useFlow } from '../flow/store'
import { trying } from './calls'
import { secondsTo, wound, written } from './clock'
import type { Part } from './conversation'
import { finish, keysFor, press } from './keypad'
import { automatic, foretold, type NextCall } from './offers'
import { beginsWith, first, type Sample } from './sample'
import { isOver, pendingOf, stepBack, type TryEvent, type TryTurn } from './turns'
import { hush, speak } from './voice'

/** Answers in a row that come by themselves; a flow that asks for more runs in a circle. */
const BY_ITSELF_AT_MOST = 60

export type Trouble = { kind: 'faults'; faults: Issue[] } | { kind: 'gone' } | { kind: 'failed'; words: string } | { kind: 'unsaved' }

interface TryStore {
  flow: string | null
  simulation: string | null
  turns: TryTurn[]
  /** The turn whose names and values are looked at; null for the last. */
  looked: number | null
  busy: boolean
  trouble: Trouble | null
  sample: Sample
  /** When the try begins; null for now. */
  begins: string | null
  next: NextCall
  /** Whether a prompt waits until somebody says that it was heard. */
  byHand: boolean
  loud: boolean
  keys: string
  /** `recordType` is what the flow is about; '' for nothing. */
  open: (flow: string, language: string, recordType?: string) => Promise<void>
  close: () => void
  restart: () => Promise<void>
  act: (event: TryEvent) => Promise<void>
  wind: (seconds: number) => Promise<void>
  toNext: () => Promise<void>
  back: (turns?: number) => Promise<void>
  press: (key: string) => Promise<void>
  finishKeys: () => Promise<void>
  look: (turn: number | null) => void
  choose: (sample: Sample) => Promise<void>
  beginAt: (at: string | null) => Promise<void>
  setNext: (next: NextCall) => void
  setByHand: (byHand: boolean) => void
  setLoud: (loud: boolean) => void
}

const NOTHING = { simulation: null, turns: [], looked: null, busy: false, trouble: null, keys: '' }
const LOUD = 'callweave.try.loud'
const keptAs = (flow: string) => `callweave.try.${flow}`

/** Counts what a person does: what comes by itself stops as soon as somebody acts. */
let acted = 0

export const useTry = create<TryStore>((set, get) => {
  function failed(error: unknown) {
    if (error instanceof ApiError && error.status === 422 && error.errors.length > 0 && get().turns.length === 0) {
      return set({ trouble: { kind: 'faults', faults: issuesOf({ errors: error.errors, warnings: [], nodes: {} }) } })
    }
    if (error instanceof ApiError && error.status === 404) return set({ trouble: { kind: 'gone' } })
    const words = error instanceof ApiError ? (error.errors[0]?.message ?? error.message) : String(error)
    set({ trouble: { kind: 'failed', words } })
  }

  /** Take a turn in, and answer what answers by itself. */
  async function go(mine: number, ask: () => Promise<{ simulation: string; turn: TryTurn }>): Promise<void> {
    set({ busy: true, trouble: null, keys: '', looked: null })
    try {
      let reply = await ask()
      for (let count = 0; mine === acted; count += 1) {
        set((now) => ({ simulation: reply.simulation, turns: [...now.turns, reply.turn] }))
        const { turns, next, byHand, loud, simulation } = get()
        const pending = pendingOf(turns)
        const event = foretold(pending, next) ?? automatic(pending, reply.turn, byHand)
        if (loud) {
          const heard = speakLast(reply.turn)
          if (event?.type === 'playback_finished') {
            set({ busy: false })
            await heard
            if (mine !== acted) return
            set({ busy: true })
          }
        }
        if (!event || !simulation || isOver(reply.turn) || count >= BY_ITSELF_AT_MOST) return
        reply = await trying.event(simulation, event)
      }
    } catch (error) {
      if (mine === acted) failed(error)
    } finally {
      if (mine === acted) set({ busy: false })
    }
  }

  async function started(): Promise<void> {
    const { flow, sample, begins } = get()
    if (!flow) return
    hush()
    acted += 1
    const mine = acted
    set({ ...NOTHING, busy: true })
    try {
      await useFlow.getState().flush()
    } catch {
      return set({ busy: false, trouble: { kind: 'unsaved' } })
    }
    await go(mine, () => trying.begin(flow, { contact: sample.contact, record: sample.record, at: begins ?? written(new Date()) }))
  }

  const done = async (ask: (simulation: string) => Promise<{ simulation: string; turn: TryTurn }>) => {
    const { simulation, busy } = get()
    if (!simulation || busy) return
    hush()
    acted += 1
    await go(acted, () => ask(simulation))
  }

  return {
    ...NOTHING,
    flow: null,
    sample: first('zh-CN'),
    begins: null,
    next: 'ask',
    byHand: false,
    loud: globalThis.localStorage?.getItem(LOUD) === 'yes',
    open: async (flow, language, recordType = '') => {
      acted += 1
      const mine = acted
      const last = remembered(flow)
      set({ ...NOTHING, flow, sample: last ?? first(language), begins: null, next: 'ask', busy: true })
      const sample = await beginsWith(last, recordType, language)
      if (mine !== acted) return
      set({ sample })
      await started()
    },
    close: () => {
      hush()
      acted += 1
      set({ ...NOTHING, flow: null })
    },
    restart: started,
    act: (event) => done((simulation) => trying.event(simulation, event)),
    wind: (seconds) => done((simulation) => trying.wind(simulation, wound(seconds))),
    toNext: async () => {
      const last = get().turns.at(-1)
      if (last?.coming) await get().wind(secondsTo(last.at, last.coming.at))
    },
    back: async (turns) => {
      const { simulation, turns: all, busy } = get()
      const keep = turns ?? stepBack(all)
      if (!simulation || keep === null || busy) return
      hush()
      acted += 1
      const mine = acted
      set({ busy: true, trouble: null, keys: '', looked: null })
      try {
        const reply = await trying.back(simulation, keep)
        if (mine === acted) set({ turns: reply.turns })
      } catch (error) {
        failed(error)
      } finally {
        if (mine === acted) set({ busy: false })
      }
    },
    press: async (key) => {
      const command = keysFor(pendingOf(get().turns))
      if (!command) return
      const { keys, event } = press(command, get().keys, key)
      if (event) await get().act(event)
      else set({ keys })
    },
    finishKeys: async () => {
      const command = keysFor(pendingOf(get().turns))
      if (command?.type === 'gather') await get().act(finish(command, get().keys))
    },
    look: (looked) => set({ looked }),
    choose: async (sample) => {
      const { flow } = get()
      set({ sample })
      if (flow) localStorage.setItem(keptAs(flow), JSON.stringify(sample))
      await started()
    },
    beginAt: async (begins) => {
      set({ begins })
      await started()
    },
    setNext: (next) => set({ next }),
    setByHand: (byHand) => set({ byHand }),
    setLoud: (loud) => {
      localStorage.setItem(LOUD, loud ? 'yes' : 'no')
      if (!loud) hush()
      set({ loud })
    },
  }
})

function speakLast(turn: TryTurn): Promise<void> {
  const command = turn.commands.findLast((one) => Array.isArray(one['prompt']) && one['prompt'].length > 0)
  if (!command) return Promise.resolve()
  const parts = command['prompt'] as Part[]
  return speak(parts, parts.find((part) => part.language)?.language ?? turn.language)
}

function remembered(flow: string): Sample | null {
  try {
    const kept = JSON.parse(localStorage.getItem(keptAs(flow)) ?? 'null') as Sample | null
    return kept && typeof kept.contact === 'object' && typeof kept.record === 'object' ? kept : null
  } catch {
    return null
  }
}
