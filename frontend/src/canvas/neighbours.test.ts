import { expect, it } from 'vitest'
import type { CardData } from './cards'
import { neighbour, type Arrow } from './neighbours'
import type { Box } from './routing'

const places: Record<string, [number, number, ...string[]]> = { a: [100, 0, 'b', 'c'], b: [0, 117, 'd'], c: [240, 117, 'd', 'a'], d: [120, 234] }
const cards = new Map(Object.entries(places).map(([id, [, , ...targets]]) => [id, { outlets: targets.map((target) => ({ target })) } as unknown as CardData]))
const boxes = new Map<string, Box>(Object.entries(places).map(([id, [x, y]]) => [id, { id, x, y, width: 212, height: 80 }]))

it.each<[string | null, Arrow, string | null]>([
  [null, 'down', 'a'], ['a', 'down', 'b'], ['b', 'right', 'c'], ['c', 'left', 'b'], ['b', 'down', 'd'], ['d', 'up', 'b'], ['b', 'up', 'a'], ['d', 'down', null], ['b', 'left', null],
])('from %s %s is %s', (from, arrow, to) => expect(neighbour(cards, boxes, from, arrow, 'a')).toBe(to))
