/** What the caller hears, made audible: by the voice that calls have, else by the browser's own. */
import { speech } from '../api/sounds'
import { heard } from '../sounds/sound'
import type { Part } from './conversation'
import { wordsOf } from './conversation'

let stopNow: () => void = () => undefined

/** Be silent at once. */
export function hush(): void {
  stopNow()
  stopNow = () => undefined
}

/** Speak a prompt; settles when it was heard to its end, or was hushed. */
export async function speak(parts: readonly Part[], language: string): Promise<void> {
  hush()
  const gone = new AbortController()
  let end: () => void = () => undefined
  const over = new Promise<void>((resolve) => { end = resolve })
  stopNow = () => { gone.abort(); end() }
  const made = sound(parts, language, gone.signal).catch(() => byBrowser(wordsOf(parts), language, gone.signal))
  await Promise.race([made, over])
}

async function sound(parts: readonly Part[], language: string, signal: AbortSignal): Promise<void> {
  const wav = await speech({ prompt: { [language]: parts.map(asPrompt) }, language }, signal)
  await heard(wav, signal)
}

/** A part as a flow writes it. */
function asPrompt(part: Part): Record<string, unknown> {
  if (part.asset) return { audio: part.asset }
  if (part.digits !== undefined) return { digits: part.digits }
  return part.seconds !== undefined ? { pause: part.seconds } : { say: part.text ?? '' }
}

function byBrowser(words: string, language: string, signal: AbortSignal): Promise<void> {
  const synthesis = globalThis.speechSynthesis as SpeechSynthesis | undefined
  if (!synthesis || words === '' || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const utterance = new SpeechSynthesisUtterance(words)
    utterance.lang = language
    utterance.onend = utterance.onerror = () => resolve()
    signal.addEventListener('abort', () => synthesis.cancel())
    synthesis.speak(utterance)
  })
}
