/** What can have run before a node. */
import { expect, it } from 'vitest'
import type { FlowDocument } from '../api/types'
import { before } from './before'

const flow = (edges: Record<string, string[]>, on_hang_up?: string): FlowDocument => ({
  callweave: 1, name: 'F', ...(on_hang_up ? { on_hang_up } : {}),
  nodes: Object.fromEntries(Object.entries(edges).map(([id, targets]) => [id, { type: 'x', outlets: Object.fromEntries(targets.map((target, at) => [`o${at}`, target])) }])),
})

it.each([
  ['a', flow({ a: ['b'], b: ['c'], c: [] }), []],
  ['c', flow({ a: ['b'], b: ['c'], c: [] }), ['a', 'b']],
  ['b', flow({ a: ['b', 'c'], b: [], c: [] }), ['a']],
  ['b', flow({ a: ['b'], b: ['a'] }), ['a', 'b']],
  ['z', flow({ a: ['b'], b: [], z: [] }, 'z'), ['a', 'b', 'z']],
  ['gone', flow({ a: ['b'] }), []],
])('before %s', (id, document, expected) => expect([...before(document, id)].sort()).toEqual(expected))
