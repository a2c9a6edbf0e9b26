/** How long a text is: characters without its templates, and the seconds that a calm voice needs for it. */
import { type Spoken, contentOf, kindOf, toParts } from './prompt'

const hanPerSecond = 4.8
const latinPerSecond = 13
/** What a template is worth until its value is known: a name, a date. */
const templateSeconds = 0.9
const template = /\{\{.*?\}\}|\{%.*?%\}/gs

export interface Length {
  characters: number
  seconds: number
}

export function measure(spoken: Spoken | undefined): Length {
  let characters = 0
  let seconds = 0
  let rate = 1
  for (const part of toParts(spoken)) {
    const content = contentOf(part)
    const kind = kindOf(part)
    if (kind === 'pause') seconds += Number(content)
    else if (kind === 'say') {
      const own = ofText(String(content))
      characters += own.characters
      seconds += own.seconds / rate
    } else if (kind === 'rate') rate = Number(content) || 1
    else if (kind !== 'voice') seconds += 2 / rate
  }
  return { characters, seconds: Math.max(characters > 0 ? 1 : 0, Math.round(seconds)) }
}

function ofText(text: string): Length {
  const templates = text.match(template)?.length ?? 0
  const bare = text.replace(template, '').trim()
  const signs = [...bare]
  const han = signs.filter((one) => /\p{Script=Han}/u.test(one)).length
  const seconds = templates * templateSeconds + han / hanPerSecond + (signs.length - han) / latinPerSecond
  return { characters: signs.length, seconds }
}
