import { describe, expect, it } from 'vitest'
import type { FlowDocument } from '../api/types'
import { clashes, withIds } from './apart'
import examples from './fixtures/merges.json'
import { absorb, begin, redo, step, undo } from './history'
import { merge, same, valueIn, withValue } from './merge'
import { decided, inQuestion, laidOver } from './overlaps'

const drawn = (nodes: FlowDocument['nodes'], more: Partial<FlowDocument> = {}): FlowDocument => ({ callweave: 1, name: 'A', nodes, ...more })
const document = (value: unknown) => value as FlowDocument

describe('merge', () => {
  it.each(examples.map((one, at) => [at, one] as const))('makes of example %i what the engine makes of it', (_, one) => {
    const merged = merge(document(one.base), document(one.mine), document(one.theirs))
    expect(same(merged.document, one.document)).toBe(true)
    expect(merged.conflicts.map((conflict) => conflict.path.join('.')).sort()).toEqual(one.conflicts.map((conflict) => conflict.path).sort())
  })

  it('keeps what did not change as the same object, so that nothing is drawn anew for it', () => {
    const base = drawn({ a: { type: 'say', config: { prompt: 'x' } }, b: { type: 'end' } })
    const theirs = structuredClone({ ...base, nodes: { ...base.nodes, b: { type: 'end', name: 'Theirs' } } })
    const merged = merge(base, base, theirs)
    expect(merged.document.nodes['a']).toBe(base.nodes['a'])
    expect(merged.taken).toBe(1)
    expect(merge(base, base, structuredClone(base)).document).toBe(base)
  })

  it('whoever is second ends with what the first will have: both show one document', () => {
    for (const one of examples) {
      const [base, first, second] = [one.base, one.mine, one.theirs].map(document) as [FlowDocument, FlowDocument, FlowDocument]
      const saved = merge(base, second, first).document // the second merges the first's, and saves
      const shown = merge(first, first, saved).document // the first hears of it
      expect(same(shown, saved)).toBe(true)
    }
  })
})

describe('two new nodes of one id', () => {
  const base = drawn({ a: { type: 'menu', outlets: {} } })
  const mine = drawn({ a: { type: 'menu', outlets: { '1': 'say' } }, say: { type: 'say', config: { prompt: 'mine {{ results.say.value }} {{ results.say_b.x }}' } } }, { start: 'say' })
  const theirs = drawn({ a: { type: 'menu', outlets: {} }, say: { type: 'say', config: { prompt: 'theirs' } } })

  it('both stay: mine gives way, and what leads to it or reads it follows', () => {
    const renamed = clashes(base, mine, theirs)
    expect(renamed).toEqual({ say: 'say_2' })
    const merged = merge(base, withIds(mine, renamed), theirs)
    expect(merged.conflicts).toEqual([])
    expect(merged.document.nodes['say']?.config).toEqual({ prompt: 'theirs' })
    expect(merged.document.nodes['say_2']?.config).toEqual({ prompt: 'mine {{ results.say_2.value }} {{ results.say_b.x }}' })
    expect(merged.document.nodes['a']?.outlets).toEqual({ '1': 'say_2' })
    expect(merged.document.start).toBe('say_2')
  })

  it('the same node on both sides is one', () => expect(clashes(base, mine, mine)).toEqual({}))
})

describe('undo beside somebody else', () => {
  const start = drawn({ a: { type: 'say', name: 'a' }, b: { type: 'say', name: 'b' } })
  const named = (from: FlowDocument, id: string, name: string) => ({ ...from, nodes: { ...from.nodes, [id]: { ...from.nodes[id], type: 'say', name } } })

  it('takes back my step and nothing of theirs, and brings it again', () => {
    let history = step(begin(start), named(start, 'a', 'mine'), 1)
    history = absorb(history, named(history.present, 'b', 'theirs'))
    history = undo(history)
    expect(Object.values(history.present.nodes).map((node) => node.name)).toEqual(['a', 'theirs'])
    history = redo(history)
    expect(Object.values(history.present.nodes).map((node) => node.name)).toEqual(['mine', 'theirs'])
  })

  it('what came while somebody types is no part of his step', () => {
    let history = step(begin(start), named(start, 'a', 'm'), 1, 'name')
    history = absorb(history, named(history.present, 'b', 'theirs'))
    history = step(history, named(history.present, 'a', 'mi'), 2, 'name')
    history = undo(undo(history))
    expect(Object.values(history.present.nodes).map((node) => node.name)).toEqual(['a', 'theirs'])
  })
})

describe('overlaps', () => {
  const base = drawn({ a: { type: 'say', name: 'a', at: [0, 0], config: { timeout: 5 } }, b: { type: 'end' } })
  const edit = (change: (document: FlowDocument) => FlowDocument) => change(structuredClone(base))
  const mine = edit((one) => withValue(withValue(one, ['nodes', 'a', 'config', 'timeout'], 8), ['nodes', 'a', 'at'], [10, 0]))
  const theirs = edit((one) => withValue(withValue(withValue(one, ['nodes', 'a', 'config', 'timeout'], 10), ['nodes', 'a', 'at'], [20, 0]), ['name'], 'B'))

  it('asks for a field and not for a place on the drawing, and says how much was merged', () => {
    const merged = merge(base, mine, theirs)
    const overlaps = laidOver(null, merged, 'Wang')
    expect(overlaps?.list.map((one) => one.place)).toEqual(['nodes.a.config.timeout'])
    expect(overlaps).toMatchObject({ by: 'Wang', taken: 1 })
    expect(overlaps && decided(overlaps, merged.document, new Set(['nodes.a.config.timeout'])).nodes['a']?.config).toEqual({ timeout: 10 })
    expect(overlaps && decided(overlaps, merged.document, new Set())).toBe(merged.document)
  })

  it('asks no more once both are alike, and takes the newest of theirs', () => {
    const merged = merge(base, mine, theirs)
    const overlaps = laidOver(null, merged, 'Wang')
    expect(inQuestion(overlaps, withValue(merged.document, ['nodes', 'a', 'config', 'timeout'], 10))).toEqual([])
    const later = withValue(theirs, ['nodes', 'a', 'config', 'timeout'], 12)
    const again = laidOver(overlaps, merge(theirs, merged.document, later), 'Wang')
    expect(again?.list).toMatchObject([{ mine: 8, theirs: 12 }])
  })

  it('a node that I took out and they changed is there until I say again that it goes', () => {
    const without = drawn({ b: { type: 'end' } })
    const changed = withValue(base, ['nodes', 'a', 'name'], 'theirs')
    const merged = merge(base, without, changed)
    const overlaps = laidOver(null, merged, null)
    expect(inQuestion(overlaps, merged.document)).toMatchObject([{ place: 'nodes.a', mine: undefined }])
    expect(overlaps && decided(overlaps, merged.document, new Set()).nodes).toEqual(without.nodes)
    expect(overlaps && valueIn(decided(overlaps, merged.document, new Set(['nodes.a'])), ['nodes', 'a', 'name'])).toBe('theirs')
  })
})
