/** Rows go in lots, checked first; faults keep their row, and it can be stopped. */
import { expect, it } from 'vitest'
import type { Data, Ingested } from '../../api/records'
import { checkLot, look, lot, send } from './sending'
import { valueAt } from './Refused'

const rows: Data[] = Array.from({ length: lot + 3 }, (_, row) => ({ row }))
const answer = (some: readonly Data[]): Ingested => ({ accepted: some.length - 1, updated: 0, unchanged: 0, late: 0, rejected: [{ row: 1, errors: [] }], sessions: 2 })

it('sends every row once and says which were refused', async () => {
  const seen: number[] = []
  const sent = await send(rows, async (some) => answer(some), (now) => seen.push(now.done), () => false)
  expect(sent).toMatchObject({ accepted: lot + 1, sessions: 4, done: lot + 3, total: lot + 3, ended: null })
  expect(sent.rejected.map((one) => one.row)).toEqual([1, lot + 1])
  expect(seen).toEqual([lot, lot + 3])
})

it('stops between lots, and says why it ended early', async () => {
  let lots = 0
  const stopped = await send(rows, async (some) => { lots += 1; return answer(some) }, () => undefined, () => lots > 0)
  expect(stopped.done).toBe(lot)
  const failed = await send(rows, async (some) => (some.length < lot ? Promise.reject(new Error('away')) : answer(some)), () => undefined, () => false)
  expect(failed).toMatchObject({ done: lot, ended: 'away' })
})

it('looks at every row before any is put in', async () => {
  const many: Data[] = Array.from({ length: checkLot + 2 }, (_, row) => ({ row }))
  const looked = await look(many, async (some) => ({ good: some.length - 1, rejected: [{ row: 1, errors: [] }] }), () => undefined, () => false)
  expect(looked).toMatchObject({ good: checkLot, done: checkLot + 2, ended: null })
  expect(looked.rejected.map((one) => one.row)).toEqual([1, checkLot + 1])
  const away = await look(many, async () => Promise.reject(new Error('away')), () => undefined, () => false)
  expect(away).toMatchObject({ done: 0, ended: 'away' })
})

it('says what stands at the place of a fault', () => {
  expect([valueAt({ a: { b: [7] } }, 'a.b.0'), valueAt({ a: 'x' }, 'a'), valueAt({ a: 1 }, ''), valueAt({}, 'a.b')]).toEqual(['7', 'x', '', ''])
})
