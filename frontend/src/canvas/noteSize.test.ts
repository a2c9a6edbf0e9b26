import { expect, it } from 'vitest'
import type { Note } from '../api/types'
import { changeNote } from '../flow/document'
import { sizeOf, within } from './noteSize'

const note = (size?: unknown): Note => ({ text: 'x', at: [0, 0], ...(size === undefined ? {} : { size }) }) as Note

it('is what the document says, within bounds', () => {
  expect(sizeOf(note([300, 90]))).toEqual([300, 90])
  expect(sizeOf(note([5, 99_999]))).toEqual([120, 1200])
})
it.each([[undefined], ['300'], [[300]], [[300, null]], [[Number.NaN, 1]]])('is none where the document says %s', (size) => expect(sizeOf(note(size))).toBeNull())
it('stands on the grid', () => expect(within([303.4, 96.1])).toEqual([300, 100]))
it('is written only where somebody gave one', () => {
  const before = { callweave: 1, name: 'x', nodes: {}, notes: [note(), note()] }
  const after = changeNote(before, 1, { size: [300, 90] })
  expect(after.notes?.[0]).toBe(before.notes[0])
  expect(after.notes?.[1]).toEqual({ text: 'x', at: [0, 0], size: [300, 90] })
})
