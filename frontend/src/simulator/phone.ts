/** The telephone in the browser: from asking for the microphone to the end of the flow that called it. */
import { create } from 'zustand'
import { trying } from './calls'
import type { PhoneLine } from './phoneLine'
import { useRealCall } from './realCall'

export type LineState = 'off' | 'asking' | 'connecting' | 'waiting' | 'ringing' | 'talking' | 'over' | 'failed'
export type Refusal = 'insecure' | 'noMicrophone' | 'refused' | 'lost' | 'sound' | 'failed'

interface BrowserPhone {
  line: LineState
  /** When the call was taken, and when it ended, in milliseconds. */
  since: number | null
  until: number | null
  muted: boolean
  refusal: Refusal | null
  reason: string
  start: (flow: string, name: string) => Promise<void>
  answer: () => void
  press: (key: string) => void
  mute: (on: boolean) => void
  hangUp: () => void
  /** Nobody calls any more: the line and the microphone are given back, and the panel stays. */
  release: () => void
  /** Hang up, and put the telephone away. */
  close: () => void
}

const NOTHING = { line: 'off', since: null, until: null, muted: false, refusal: null, reason: '' } as const
let line: PhoneLine | null = null
/** Counts the telephones, so that what comes of one that was put away is dropped. */
let taken = 0

function microphoneRefusal(error: unknown): Refusal {
  return error instanceof DOMException && error.name === 'NotFoundError' ? 'noMicrophone' : 'refused'
}

export const useBrowserPhone = create<BrowserPhone>((set, get) => {
  const putAway = () => {
    taken += 1
    line?.close()
    line = null
  }
  const fail = (refusal: Refusal, reason = '') => {
    putAway()
    set({ line: 'failed', refusal, reason, until: Date.now() })
  }
  return {
    ...NOTHING,
    start: async (flow, name) => {
      putAway()
      const mine = taken
      if (!window.isSecureContext || !('mediaDevices' in navigator)) return fail('insecure')
      // What became of the call before must not be taken for this one's end.
      useRealCall.getState().forget()
      set({ ...NOTHING, line: 'asking' })
      let microphone: MediaStream
      try {
        microphone = await navigator.mediaDevices.getUserMedia({ audio: true })
      } catch (error) {
        if (mine === taken) fail(microphoneRefusal(error))
        return
      }
      const gone = () => {
        if (mine === taken) return false
        for (const track of microphone.getTracks()) track.stop()
        return true
      }
      if (gone()) return
      set({ line: 'connecting' })
      let called = false
      const begin = async (phone: string) => {
        if (called) return
        called = true
        set({ line: 'waiting' })
        try {
          await useRealCall.getState().start(flow, phone, name)
        } catch (error) {
          if (mine === taken) fail('failed', error instanceof Error ? error.message : String(error))
        }
      }
      try {
        const [{ openLine }, { phone, password }] = await Promise.all([import('./phoneLine'), trying.browserPhone()])
        if (gone()) return
        let first = true
        line = openLine(phone, password, microphone, {
          ready: () => void begin(phone),
          rings: () => {
            set({ line: 'ringing', since: null, until: null, muted: false })
            if (first) line?.answer()
            first = false
          },
          talks: () => set({ line: 'talking', since: Date.now() }),
          over: (sound) => set(sound ? { line: 'failed', refusal: 'sound' } : { line: 'over', until: Date.now() }),
          lost: (reason) => { if (mine === taken) fail(reason ? 'failed' : 'lost', reason) },
        })
      } catch (error) {
        if (!gone()) {
          for (const track of microphone.getTracks()) track.stop()
          fail('failed', error instanceof Error ? error.message : String(error))
        }
      }
    },
    answer: () => line?.answer(),
    press: (key) => { if (get().line === 'talking') line?.press(key) },
    mute: (on) => { line?.mute(on); set({ muted: on }) },
    hangUp: () => line?.hangUp(),
    release: () => {
      putAway()
      set((state) => ({ line: 'over', until: state.until ?? Date.now() }))
    },
    close: () => { putAway(); set(NOTHING) },
  }
})
