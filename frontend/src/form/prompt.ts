/**
 * A prompt's value: one text for all languages, or per language a text or a list of parts.
 *
 * Every way of writing it is kept as it is until something is changed, so that opening a form never rewrites a flow.
 */

export type Part =
  | { say: string }
  | { audio: string }
  | { digits: string }
  | { number: string }
  | { date: string }
  | { pause: number }
  | { voice: string }
  | { rate: number }

export type PartKind = 'say' | 'audio' | 'digits' | 'number' | 'date' | 'pause' | 'voice' | 'rate'
export const partKinds: readonly PartKind[] = ['say', 'digits', 'number', 'date', 'audio', 'pause', 'voice', 'rate']
/** Not heard: they say how what follows them is spoken. */
const manners: readonly PartKind[] = ['voice', 'rate']
export const isManner = (part: Part): boolean => manners.includes(kindOf(part))

/** What is said in one language. */
export type Spoken = string | Part[]
export type PromptValue = Spoken | Record<string, Spoken> | undefined

/** What is said in `language`; nothing if it is missing. */
export function spokenIn(value: unknown, language: string): Spoken | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value as Spoken
  if (typeof value !== 'object' || value === null) return undefined
  return (value as Record<string, Spoken>)[language]
}

/** True if nothing at all would be heard. */
export function isSilent(spoken: Spoken | undefined): boolean {
  if (spoken === undefined) return true
  return typeof spoken === 'string' ? spoken.trim() === '' : spoken.every(isManner)
}

/** The prompt with another text in one language. The others say what they said before. */
export function speak(value: unknown, language: string, spoken: Spoken, languages: readonly string[]): PromptValue {
  if (typeof value === 'string' || Array.isArray(value)) {
    if (languages.length <= 1) return spoken
    const same = Object.fromEntries(languages.map((one) => [one, value as Spoken]))
    return { ...same, [language]: spoken }
  }
  const before = typeof value === 'object' && value !== null ? (value as Record<string, Spoken>) : {}
  const after = { ...before, [language]: spoken }
  const unsaid = Object.values(after).every(isSilent)
  return unsaid ? undefined : after
}

/** A text as the one part it is. */
export function toParts(spoken: Spoken | undefined): Part[] {
  if (Array.isArray(spoken)) return spoken
  return spoken ? [{ say: spoken }] : []
}

/** Parts as one text, if they are nothing but speech. */
export function toText(parts: readonly Part[]): string | undefined {
  const words = parts.map((part) => ('say' in part ? part.say : undefined))
  return words.every((one) => one !== undefined) ? words.join(' ') : undefined
}

export function kindOf(part: Part): PartKind {
  return partKinds.find((kind) => kind in part) ?? 'say'
}

export function partOf(kind: PartKind, content: string): Part {
  if (kind === 'pause' || kind === 'rate') return { [kind]: Number(content) || 1 } as Part
  return { [kind]: content } as Part
}

export function contentOf(part: Part): string | number {
  return Object.values(part)[0] as string | number
}

/** How all of it is spoken; a voice that is not there is the language's own, a rate 1. */
export interface Manner { voice?: string | undefined; rate?: number | undefined }

/** What is said before its first word of how it is spoken. */
export function mannerOf(spoken: Spoken | undefined): Manner {
  const manner: Manner = {}
  for (const part of leading(spoken)) Object.assign(manner, part)
  return manner
}

/** The same without that; a text where nothing is left but one. */
export function bareOf(spoken: Spoken | undefined): Spoken | undefined {
  const before = leading(spoken).length
  if (before === 0 || !Array.isArray(spoken)) return spoken
  const rest = spoken.slice(before)
  const only = rest.length === 1 ? rest[0] : undefined
  return only && 'say' in only ? only.say : rest
}

/** What is said, spoken so; nothing is spoken in no manner. */
export function inManner(spoken: Spoken, { voice, rate }: Manner): Spoken {
  const before: Part[] = [...(voice ? [{ voice }] : []), ...(rate !== undefined && rate !== 1 ? [{ rate }] : [])]
  return before.length === 0 || isSilent(spoken) ? spoken : [...before, ...toParts(spoken)]
}

function leading(spoken: Spoken | undefined): Part[] {
  if (!Array.isArray(spoken)) return []
  const first = spoken.findIndex((part) => !isManner(part))
  return spoken.slice(0, first < 0 ? spoken.length : first)
}
