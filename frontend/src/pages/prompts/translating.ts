/** Missing sentences translated by a machine, one after the other, each kept in its draft and marked as nobody's yet. */
import { reviews } from '../../api/reviews'
import { translations } from '../../api/translations'
import { type Part, type Spoken, isManner, isSilent, speak, toParts } from '../../form/prompt'
import { keepPrompt } from './load'
import type { Cell, FlowPrompts, Row } from './sheet'

export interface Job { row: Row; language: string; from: Cell; languages: readonly string[] }

/** What is missing and can be translated from another language of the same prompt: the first that says it in words. */
export function jobsOf(flows: readonly FlowPrompts[]): Job[] {
  return flows.flatMap((flow) => flow.rows.flatMap((row) => row.cells.filter((cell) => cell.state === 'missing').flatMap((cell) => {
    const from = row.cells.find((other) => textsOf(other.spoken).length > 0)
    return from ? [{ row, language: cell.language, from, languages: flow.languages }] : []
  })))
}

/** The words in it; recordings, digits and pauses are none. */
export function textsOf(spoken: Spoken | undefined): string[] {
  return isSilent(spoken) ? [] : toParts(spoken).flatMap((part) => ('say' in part && part.say.trim() !== '' ? [part.say] : []))
}

/** The same with other words; a voice belongs to its language, and so does a recording. */
export function inWords(spoken: Spoken | undefined, words: readonly string[]): Spoken {
  if (typeof spoken === 'string') return words[0] ?? ''
  const left = [...words]
  return toParts(spoken).flatMap((part): Part[] => ('say' in part ? (part.say.trim() === '' ? [] : [{ say: left.shift() ?? part.say }]) : isManner(part) || 'audio' in part ? [] : [part]))
}

/** Translates one; `value` is the prompt as it is by now. Gives the prompt with it. */
export async function translate(job: Job, value: unknown, signal: AbortSignal): Promise<unknown> {
  const { row, language, from, languages } = job
  const { texts } = await translations.of(from.language, language, textsOf(from.spoken), signal)
  const spoken = inWords(from.spoken, texts)
  const after = speak(value, language, spoken, languages)
  await keepPrompt(row, value, after)
  await reviews.put(row.flow, { node: row.node, place: row.path.join('.'), language }, spoken, true)
  return after
}
