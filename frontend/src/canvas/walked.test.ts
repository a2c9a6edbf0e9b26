/** Ways of many over the drawing. */
import { expect, it } from 'vitest'
import { dropOffs, useWalked, type Walks, widthOf } from './walked'

const walks: Walks = {
  sessions: 20, all: true, since: '',
  nodes: [{ node: 'ask', came: 20, ended: 6, seconds: 8, longest: 30 }, { node: 'say', came: 10, ended: 1, seconds: 4, longest: 5 }],
  outlets: [
    { node: 'ask', outlet: '1', taken: 10, ended: 0 }, { node: 'ask', outlet: 'hung_up', taken: 4, ended: 4 }, { node: 'ask', outlet: 'no_input', taken: 2, ended: 2 },
    { node: 'say', outlet: 'hung_up', taken: 1, ended: 1 }, { node: 'say', outlet: 'done', taken: 9, ended: 0 },
  ],
}

it('names the worst three, with their share of those who came', () =>
  expect(dropOffs(walks).map(({ node, outlet, share }) => [node, outlet, share])).toEqual([['ask', 'hung_up', 0.2], ['ask', 'no_input', 0.1], ['say', 'hung_up', 0.1]]))

it('draws edges as wide as many went by them', () => {
  useWalked.getState().set(walks)
  expect(useWalked.getState().most).toBe(20)
  expect([widthOf(0, 20), widthOf(20, 20), widthOf(5, 0)]).toEqual([1.2, 6.5, 1.5])
  useWalked.getState().set(null)
  expect(useWalked.getState().outlets.size).toBe(0)
})
