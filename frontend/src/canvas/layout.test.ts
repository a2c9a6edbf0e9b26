import { expect, it } from 'vitest'
import { freePlace, tidy } from './layout'

const card = (id: string, ...children: string[]) => ({ id, width: 212, height: 80, children })

it('lays ranks out downwards, 37 apart, children in the order of their outlets', async () => {
  const places = await tidy([card('d'), card('c', 'd'), card('b', 'd'), card('a', 'b', 'c')], 'a')
  expect(places['b']?.[1]).toBe((places['a']?.[1] ?? 0) + 117)
  expect(places['b']?.[1]).toBe(places['c']?.[1])
  expect(places['d']?.[1]).toBe((places['b']?.[1] ?? 0) + 117)
  expect(places['b']?.[0] ?? 0).toBeLessThan(places['c']?.[0] ?? 0)
})

it('bears circles and nodes that nothing leads to', async () => {
  const places = await tidy([card('a', 'b'), card('b', 'a', 'b'), card('alone')], 'a')
  expect(Object.keys(places).sort()).toEqual(['a', 'alone', 'b'])
  expect(places['a']?.[1] ?? 0).toBeLessThan(places['b']?.[1] ?? 0)
})

it('finds the first free column', () => {
  expect(freePlace([], [0, 117], { width: 212, height: 80 })).toEqual([0, 117])
  expect(freePlace([{ x: 0, y: 117, width: 212, height: 80 }], [0, 117], { width: 212, height: 80 })).toEqual([240, 117])
})
