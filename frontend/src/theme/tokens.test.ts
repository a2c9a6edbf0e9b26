/** The contrasts that UI.md promises, computed over tokens.css itself (WCAG 2.2 relative luminance). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync('src/theme/tokens.css', 'utf8')

function tokens(block: string): Record<string, string> {
  return Object.fromEntries([...block.matchAll(/--([\w-]+):(#[0-9A-Fa-f]{6})/g)].map((match) => [match[1], match[2]]))
}

const [lightBlock, darkBlock] = css.split('[data-theme=dark]')
const light = tokens(lightBlock ?? '')
const dark: Record<string, string> = { ...light, ...tokens(darkBlock ?? '') }

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((from) => parseInt(hex.slice(from, from + 2), 16) / 255)
  const [r = 0, g = 0, b = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

const text: [string, string][] = [
  ...['surface', 'bg', 'canvas', 'hover', 'sunken'].flatMap((ground): [string, string][] => [['ink', ground], ['ink-2', ground], ['ink-3', ground]]),
  ['brand', 'surface'], ['brand', 'brand-soft'], ['on-brand', 'brand'], ['ok', 'ok-soft'], ['warn', 'warn-soft'], ['err', 'err-soft'],
  ...['voice', 'sms', 'fax', 'mail', 'data', 'logic', 'time'].map((medium): [string, string] => [medium, `${medium}-bg`]),
]
const graphics: [string, string][] = [['line-control', 'surface'], ['ok-solid', 'surface'], ['warn-solid', 'surface'], ['err-solid', 'surface']]

describe.each([['light', light], ['dark', dark]] as const)('%s', (_, values) => {
  it.each(text)('text %s on %s is at least 4.5', (ink, ground) => expect(contrast(values[ink] ?? '', values[ground] ?? '')).toBeGreaterThanOrEqual(4.5))
  it.each(graphics)('graphics %s on %s are at least 3', (ink, ground) => expect(contrast(values[ink] ?? '', values[ground] ?? '')).toBeGreaterThanOrEqual(3))
})
