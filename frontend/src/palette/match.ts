/**
 * Finding a node type by what someone types: its name, the first letters of its name's pinyin, its type, its description.
 * The initials come from the browser's own pinyin order: a character belongs to the last letter whose first syllable it
 * does not sort before. No table of 20,000 characters has to travel.
 */
import type { NodeType } from '../api/types'

const LETTERS = 'abcdefghjklmnopqrstwxyz'
const FIRST = '阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀'
const collator = new Intl.Collator('zh-Hans-CN-u-co-pinyin')

/** The pinyin initials of a text; what is not Chinese stands for itself. */
export function initials(text: string): string {
  return [...text].map((letter) => {
    if (!/\p{Script=Han}/u.test(letter)) return letter.toLowerCase()
    let found = ''
    for (let at = 0; at < LETTERS.length; at += 1) {
      if (collator.compare(letter, FIRST[at] ?? '') < 0) break
      found = LETTERS[at] ?? ''
    }
    return found
  }).join('')
}

/** How well a text fits what was typed; 0 is not at all. */
export function score(typed: string, texts: { name: string; type?: string; description?: string }): number {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return 1
  const name = texts.name.toLowerCase()
  const short = initials(texts.name).replace(/\s+/g, '')
  const words = name.split(/\s+/)
  if (name === wanted) return 100
  if (name.startsWith(wanted)) return 90
  if (short.startsWith(wanted)) return 80
  if (texts.type?.replaceAll('_', ' ').startsWith(wanted.replaceAll('_', ' '))) return 75
  if (words.some((word) => word.startsWith(wanted))) return 70
  if (words.map((word) => word[0]).join('').startsWith(wanted)) return 65
  if (name.includes(wanted) || short.includes(wanted)) return 50
  if (texts.type?.includes(wanted)) return 40
  return texts.description?.toLowerCase().includes(wanted) ? 10 : 0
}

export function find(types: NodeType[], typed: string): NodeType[] {
  return types
    .map((type, at) => ({ type, at, value: score(typed, { name: type.label, type: type.type, description: `${type.description} ${type.help}` }) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value || a.at - b.at)
    .map(({ type }) => type)
}
