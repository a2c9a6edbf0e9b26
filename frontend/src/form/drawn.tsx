/** Schemas as pydantic writes them, and a form that keeps what is typed: what the tests of the form stand on. */
import { cleanup, render } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeEach, vi } from 'vitest'
import i18n from '../i18n'
import { NodeForm, type NodeFormProps } from './NodeForm'
import type { JsonSchema } from './schema'

export const menu: JsonSchema = {
  $defs: {
    Choice: {
      type: 'object',
      additionalProperties: false,
      required: ['key', 'label'],
      properties: {
        key: { title: 'Key', type: 'string', widget: 'digit', pattern: '^[0-9*#]$' },
        label: { title: 'Label', type: 'string', minLength: 1, maxLength: 64 },
      },
    },
  },
  type: 'object',
  required: ['prompt', 'choices'],
  properties: {
    prompt: { title: 'Prompt', description: 'What the caller hears.', widget: 'prompt' },
    choices: { title: 'Choices', type: 'array', minItems: 1, items: { $ref: '#/$defs/Choice' }, widget: 'list' },
    timeout: { title: 'Wait for a key', type: 'number', minimum: 0, maximum: 300, default: 8, widget: 'seconds', unit: 's' },
    tries: { title: 'Tries', type: 'integer', minimum: 1, maximum: 9, default: 3 },
    barge_in: { title: 'Keys interrupt', type: 'boolean', default: true },
    no_input_prompt: { title: 'When nothing is pressed', anyOf: [{ widget: 'prompt' }, { type: 'null' }], default: null, group: 'advanced', widget: 'prompt', placeholder: 'Repeats the prompt' },
  },
}

export const gather: JsonSchema = {
  type: 'object',
  properties: {
    finish_key: { title: 'Finish key', type: 'string', maxLength: 1, default: '#', widget: 'digit' },
    secret: { title: 'Secret', type: 'boolean', default: false },
    mode: { title: 'Mode', enum: ['ring_all', 'in_turn'], enumNames: ['Ring all', 'In turn'], type: 'string', default: 'ring_all' },
    pattern: { title: 'Pattern', anyOf: [{ type: 'string' }, { type: 'null' }], default: null, widget: 'something_new' },
    extra: { title: 'Anything' },
  },
}

export const branch: JsonSchema = {
  $defs: { Case: { type: 'object', required: ['label', 'when'], properties: { id: { type: 'string' }, label: { title: 'Label', type: 'string' }, when: { title: 'When', type: 'string', widget: 'condition' } } } },
  type: 'object',
  required: ['conditions'],
  properties: { conditions: { title: 'Conditions', type: 'array', items: { $ref: '#/$defs/Case' } } },
}

export const set: JsonSchema = {
  type: 'object',
  required: ['variables'],
  properties: { variables: { title: 'Variables', type: 'object', additionalProperties: { widget: 'template' }, widget: 'variables' } },
}

function Harness({ value, seen, ...props }: Partial<NodeFormProps> & { schema: JsonSchema; value: Record<string, unknown>; seen: (value: Record<string, unknown>) => void }) {
  const [config, setConfig] = useState(value)
  return (
    <NodeForm
      languages={['zh-CN', 'en']}
      {...props}
      value={config}
      onChange={(next) => {
        setConfig(next)
        seen(next)
      }}
    />
  )
}

export function draw(schema: JsonSchema, value: Record<string, unknown>, props: Partial<NodeFormProps> = {}) {
  const seen = vi.fn<(value: Record<string, unknown>) => void>()
  render(<Harness schema={schema} value={value} seen={seen} {...props} />)
  return { seen, user: userEvent.setup({ delay: null }), last: () => seen.mock.lastCall?.[0] }
}

export const field = (path: string) => document.querySelector<HTMLElement>(`[data-field="${path}"]`) as HTMLElement

beforeEach(() => i18n.changeLanguage('en'))
afterEach(cleanup)
