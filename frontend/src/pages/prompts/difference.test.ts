/** A difference is read word by word, a template is one word, and what is put together again is either text. */
import { describe, expect, it } from 'vitest'
import { difference } from './difference'

const told = (before: string, after: string) => difference(before, after).map((piece) => ({ same: piece.text, out: `[-${piece.text}]`, in: `[+${piece.text}]` })[piece.is]).join('')

describe('a difference', () => {
  it('says which words were taken out and put in', () => {
    expect(told('Press 1 to come.', 'Press 2 to come.')).toBe('Press [-1][+2] to come.')
    expect(told('您好，请按 1。', '您好，想改期请按 2。')).toBe('您好，[+想改期]请按 [-1][+2]。')
    expect(told('Dear {{ record.name }}!', 'Dear {{ record.given }}!')).toBe('Dear [-{{ record.name }}][+{{ record.given }}]!')
  })
  it('has all of both texts', () => {
    for (const [before, after] of [['', 'Hello'], ['Hello', ''], ['a b c', 'c b a'], ['x '.repeat(500), 'y']] as const) {
      const pieces = difference(before, after)
      expect(pieces.filter((piece) => piece.is !== 'in').map((piece) => piece.text).join('')).toBe(before)
      expect(pieces.filter((piece) => piece.is !== 'out').map((piece) => piece.text).join('')).toBe(after)
    }
  })
})
