import { expect, it } from 'vitest'
import { namesIn, rewritten } from './references'

const swap = (root: string, name: string) => (root === 'results' && name === 'ask' ? 'results.other' : null)
it.each<[unknown, unknown]>([
  ['{{ results.ask.value }}', '{{ results.other.value }}'],
  ['{{ results["ask"].value | upcase }}', '{{ results.other.value | upcase }}'],
  ['{% if results.ask.value %}results.ask{% endif %}', '{% if results.other.value %}results.ask{% endif %}'],
  ['results.ask.outlet == "1" and results.asked.value', 'results.other.outlet == "1" and results.asked.value'],
  ['my.results.ask', 'my.results.ask'],
  ['https://results.ask.example', 'https://results.ask.example'],
  [{ list: ['{{ results.ask }}', 3] }, { list: ['{{ results.other }}', 3] }],
])('%j becomes %j', (before, after) => expect(rewritten(before, swap)).toEqual(after))
it('leaves what it does not change as it is', () => {
  const config = { prompt: { en: 'Hello {{ record.name }}' } }
  expect(rewritten(config, swap)).toBe(config)
})
it('tells every name once', () => expect(namesIn(['{{ vars.a }} {{ vars.b }}', 'vars.a > 3', '{{ results.a }}'], 'vars')).toEqual(['a', 'b']))
