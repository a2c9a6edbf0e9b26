/** No text is missing: both languages hold the same keys, and every key that the source asks for exists. */
import { describe, expect, it } from 'vitest'
import i18n, { areas } from '.'

function keys(branch: object, prefix: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(branch)) {
    if (typeof value === 'string') found.set(`${prefix}${key}`, value)
    else for (const [inner, text] of keys(value as object, `${prefix}${key}.`)) found.set(inner, text)
  }
  return found
}

const sources = import.meta.glob<string>('../**/*.{ts,tsx}', { eager: true, query: '?raw', import: 'default' })
const plural = /_(zero|one|two|few|many|other)$/

describe.each(Object.entries(areas))('texts of %s', (area, texts) => {
  const chinese = keys(texts['zh-CN'], `${area}.`)
  const english = keys(texts.en, `${area}.`)
  const bare = (all: Map<string, string>) => new Set([...all.keys()].map((key) => key.replace(plural, '')))

  it('has the same keys in both languages', () => expect(bare(chinese)).toEqual(bare(english)))
  it('has no empty text', () => expect([...chinese, ...english].filter(([, text]) => text.trim() === '')).toEqual([]))
  it('names the same values in both languages', () => {
    const values = (text: string | undefined) => new Set([...(text ?? '').matchAll(/\{\{(\w+)(?:, \w+)?\}\}/g)].map((match) => match[1]))
    const apart = [...chinese].filter(([key, text]) => english.has(key) && String([...values(text)].sort()) !== String([...values(english.get(key))].sort()))
    expect(apart.map(([key]) => key)).toEqual([])
  })
})

it('every text that the source asks for exists', () => {
  const known = new Set(Object.entries(areas).flatMap(([area, texts]) => [...keys(texts['zh-CN'], `${area}.`).keys()].map((key) => key.replace(plural, ''))))
  const missing = Object.entries(sources)
    .filter(([path]) => !path.includes('.test.'))
    .flatMap(([path, source]) => [...source.matchAll(/\bt\(\s*'([a-zA-Z_]+\.[\w.]+)'/g)].map((match) => ({ path, key: match[1] ?? '' })))
    .filter(({ key }) => !known.has(key))
  expect(missing).toEqual([])
})

it('sets a value in Latin letters apart from the Chinese before it', async () => {
  await i18n.changeLanguage('zh-CN')
  expect(i18n.t('form.missingIn', { language: 'English' })).toBe('还没有 English')
  expect(i18n.t('form.missingIn', { language: '中文' })).toBe('还没有中文')
})
