/** Every fix is one edit that leaves the rest of the document the same. */
import { describe, expect, it } from 'vitest'
import type { FlowDocument, Mend } from '../api/types'
import { likelyTarget, mending } from './mends'

const flow: FlowDocument = {
  callweave: 1, name: 'x', start: 'call',
  nodes: {
    call: { type: 'call', config: { detect_machine: false }, outlets: { busy: 'retry', no_answer: 'retry', answered: 'ask', ghost: 'nobody' } },
    ask: { type: 'branch', config: { text: { en: 'Hi {{ record.nmae }}, record.nmae', fr: 'x' }, conditions: [{ label: 'A', when: 'vars.a == 1' }, { id: 'b', label: 'B', when: 'vars.ab > vars.a' }] }, outlets: { b: 'retry', failed: 'retry' } },
    retry: { type: 'wait', config: { for: '1d' } },
    lonely: { type: 'end' },
  },
}
const mend = (kind: string, data: Record<string, unknown>): Mend => ({ kind, label: kind, data })
const after = (kind: string, data: Record<string, unknown>) => mending(flow, mend(kind, data))?.(flow)

describe('a fix', () => {
  it('connects to where the outlets beside it lead, or those of its name elsewhere', () => {
    expect(likelyTarget(flow, 'call', 'failed')).toBe('retry')
    expect(after('connect', { node: 'call', outlet: 'failed' })?.nodes['call']?.outlets?.['failed']).toBe('retry')
    expect(likelyTarget(flow, 'retry', 'done')).toBeNull()
    expect(mending(flow, mend('connect', { node: 'retry', outlet: 'done' }))).toBeNull()
  })
  it('takes away a node, a connection, a text, an entry with its edge', () => {
    expect(after('remove_node', { node: 'lonely' })?.nodes).not.toHaveProperty('lonely')
    expect(after('remove', { path: 'nodes.call.outlets.ghost' })?.nodes['call']?.outlets).not.toHaveProperty('ghost')
    expect(after('remove', { path: 'nodes.ask.config.text.fr' })?.nodes['ask']?.config?.['text']).toEqual({ en: 'Hi {{ record.nmae }}, record.nmae' })
    const less = after('remove', { path: 'nodes.ask.config.conditions.1' })?.nodes['ask']
    expect(less?.config?.['conditions']).toEqual([{ label: 'A', when: 'vars.a == 1' }])
    expect(less?.outlets).toEqual({ failed: 'retry' })
  })
  it('sets a value, also where there was none', () => {
    expect(after('set', { path: 'nodes.call.config.detect_machine', value: true })?.nodes['call']?.config).toEqual({ detect_machine: true })
    expect(after('set', { path: 'nodes.retry.config.timeout', value: 86400 })?.nodes['retry']?.config).toEqual({ for: '1d', timeout: 86400 })
  })
  it('writes a name in another way where it is read, and only there', () => {
    const text = after('rename', { path: 'nodes.ask.config.text.en', from: 'record.nmae', to: 'record.name' })?.nodes['ask']?.config?.['text']
    expect(text).toEqual({ en: 'Hi {{ record.name }}, record.nmae', fr: 'x' })
    const when = after('rename', { path: 'nodes.ask.config.conditions.1.when', from: 'vars.a', to: 'vars.c' })?.nodes['ask']?.config?.['conditions']
    expect((when as { when: string }[])[1]?.when).toBe('vars.ab > vars.c')
  })
  it('leaves the rest the same object, and the document when there is nothing to do', () => {
    const next = after('set', { path: 'nodes.call.config.detect_machine', value: true })
    expect(next?.nodes['ask']).toBe(flow.nodes['ask'])
    expect(after('remove', { path: 'nodes.gone.config.x' })).toBe(flow)
    expect(after('remove', { path: 'nodes.call.config.none' })).toBe(flow)
  })
  it('that asks for words, or is not known here, is no edit', () => {
    expect(mending(flow, mend('add_language', { path: 'nodes.ask.config.text', language: 'de' }))).toBeNull()
    expect(mending(flow, mend('something_new', {}))).toBeNull()
  })
})
