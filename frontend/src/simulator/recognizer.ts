/** What a person says, heard by the browser's own recognizer. Not every browser has one: then words are typed. */

/** `nothing` is that nobody spoke, or that it was no word. */
export type Deaf = 'refused' | 'unreachable' | 'nothing'
export interface Listener {
  /** What was understood so far; the last of it once `done`. */
  words: (text: string, done: boolean) => void
  /** It listens no more; `why` where that was not wanted. */
  over: (why: Deaf | null) => void
}

interface Result { isFinal: boolean; 0?: { transcript: string } }
interface Recognizer {
  lang: string
  interimResults: boolean
  onresult: ((event: { results: ArrayLike<Result> }) => void) | null
  onerror: ((event: { error: string }) => void) | null
  onend: (() => void) | null
  start: () => void
  abort: () => void
}
type Maker = new () => Recognizer

const REFUSED = new Set(['not-allowed', 'audio-capture'])
const UNREACHABLE = new Set(['network', 'service-not-allowed', 'language-not-supported'])

function maker(): Maker | null {
  const known = globalThis as { SpeechRecognition?: Maker; webkitSpeechRecognition?: Maker }
  return known.SpeechRecognition ?? known.webkitSpeechRecognition ?? null
}

export const canHear = (): boolean => maker() !== null

/** Listens for one answer; the function it gives ends it, and nothing more is said then. */
export function hear(language: string, listener: Listener): () => void {
  const Made = maker()
  if (!Made) {
    listener.over('unreachable')
    return () => undefined
  }
  const recognizer = new Made()
  let over = false
  let understood = false
  let why: Deaf | null = 'nothing'
  const end = (told: Deaf | null) => {
    if (over) return
    over = true
    listener.over(told)
  }
  recognizer.lang = language
  recognizer.interimResults = true
  recognizer.onresult = ({ results }) => {
    if (over || understood) return
    const all = Array.from(results)
    const text = all.map((one) => one[0]?.transcript ?? '').join('').trim()
    understood = text !== '' && all.every((one) => one.isFinal)
    listener.words(text, understood)
  }
  recognizer.onerror = ({ error }) => { why = REFUSED.has(error) ? 'refused' : UNREACHABLE.has(error) ? 'unreachable' : 'nothing' }
  recognizer.onend = () => end(understood ? null : why)
  try {
    recognizer.start()
  } catch {
    end('unreachable')
  }
  return () => {
    over = true
    recognizer.abort()
  }
}
