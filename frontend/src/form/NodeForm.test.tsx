/** The form over schemas as pydantic writes them: every widget, faults at their place, and nothing lost on the way. */
import { cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import i18n from '../i18n'
import { NodeForm, type NodeFormProps } from './NodeForm'
import type { JsonSchema } from './schema'

const menu: JsonSchema = {
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

const gather: JsonSchema = {
  type: 'object',
  properties: {
    finish_key: { title: 'Finish key', type: 'string', maxLength: 1, default: '#', widget: 'digit' },
    secret: { title: 'Secret', type: 'boolean', default: false },
    mode: { title: 'Mode', enum: ['ring_all', 'in_turn'], enumNames: ['Ring all', 'In turn'], type: 'string', default: 'ring_all' },
    pattern: { title: 'Pattern', anyOf: [{ type: 'string' }, { type: 'null' }], default: null, widget: 'something_new' },
    extra: { title: 'Anything' },
  },
}

const branch: JsonSchema = {
  $defs: { Case: { type: 'object', required: ['label', 'when'], properties: { id: { type: 'string' }, label: { title: 'Label', type: 'string' }, when: { title: 'When', type: 'string', widget: 'condition' } } } },
  type: 'object',
  required: ['conditions'],
  properties: { conditions: { title: 'Conditions', type: 'array', items: { $ref: '#/$defs/Case' } } },
}

const set: JsonSchema = {
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

function draw(schema: JsonSchema, value: Record<string, unknown>, props: Partial<NodeFormProps> = {}) {
  const seen = vi.fn<(value: Record<string, unknown>) => void>()
  render(<Harness schema={schema} value={value} seen={seen} {...props} />)
  return { seen, user: userEvent.setup({ delay: null }), last: () => seen.mock.lastCall?.[0] }
}

const field = (path: string) => document.querySelector<HTMLElement>(`[data-field="${path}"]`) as HTMLElement

beforeEach(() => i18n.changeLanguage('en'))
afterEach(cleanup)

describe('prompt', () => {
  const value = { prompt: { 'zh-CN': '确认请按 1', fr: 'gardé' }, choices: [] }

  it('writes the language that is chosen and leaves the others alone', async () => {
    const { user, last } = draw(menu, value)
    await user.click(screen.getByText('English'))
    await user.type(screen.getByRole('combobox', { name: 'Prompt, English' }), 'Press 1')
    expect(last()).toEqual({ prompt: { 'zh-CN': '确认请按 1', fr: 'gardé', en: 'Press 1' }, choices: [] })
  })

  it('marks the language that is missing', () => {
    draw(menu, value)
    expect(screen.getByTitle('No English yet')).toBeTruthy()
    expect(screen.queryByTitle('No 中文 yet')).toBeNull()
  })

  it('turns one text for all into a text per language only when it changes', async () => {
    const { user, seen, last } = draw(menu, { prompt: 'Hello', choices: [] })
    await user.click(screen.getByText('中文'))
    expect(seen).not.toHaveBeenCalled()
    await user.type(screen.getByRole('combobox', { name: 'Prompt, 中文' }), '!')
    expect(last()?.['prompt']).toEqual({ 'zh-CN': 'Hello!', en: 'Hello' })
  })

  it('keeps a single text a text where the flow has one language', async () => {
    const { user, last } = draw(menu, { prompt: 'Hello', choices: [] }, { languages: ['en'] })
    await user.type(screen.getByRole('combobox', { name: 'Prompt' }), '!')
    expect(last()?.['prompt']).toBe('Hello!')
  })

  it('goes to parts and back without losing a word', async () => {
    const { user, last } = draw(menu, { prompt: { en: 'Your number is' }, choices: [] }, { languages: ['en'] })
    await user.click(screen.getByRole('button', { name: 'Parts' }))
    expect(last()?.['prompt']).toEqual({ en: [{ say: 'Your number is' }] })
    await user.click(screen.getByRole('button', { name: 'Add a part' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Digits' }))
    await user.click(screen.getByRole('combobox', { name: 'Part 2, Digits' }))
    await user.paste('{{ results.card.value }}')
    expect(last()?.['prompt']).toEqual({ en: [{ say: 'Your number is' }, { digits: '{{ results.card.value }}' }] })
    expect((screen.getByRole('button', { name: 'One text' }) as HTMLButtonElement).disabled).toBe(true)
    await user.click(screen.getByRole('button', { name: 'Reorder Part 2, Digits' }))
    await user.keyboard('{Delete}')
    await user.click(screen.getByRole('button', { name: 'One text' }))
    expect(last()?.['prompt']).toEqual({ en: 'Your number is' })
  })

  it('offers names inside of braces and closes them', async () => {
    const names = [{ name: 'call.caller', label: 'Who calls' }, { name: 'results.ask.value' }]
    const { user, last } = draw(menu, { prompt: { en: '' }, choices: [] }, { languages: ['en'], names })
    await user.type(screen.getByRole('combobox', { name: 'Prompt' }), 'Hi {{{{ call')
    expect(screen.getAllByRole('option')).toHaveLength(1)
    await user.keyboard('{Enter}')
    expect(last()?.['prompt']).toEqual({ en: 'Hi {{ call.caller }}' })
  })
})

describe('list', () => {
  const value = { prompt: 'x', choices: [{ key: '1', label: 'Confirm', note: 'kept' }, { key: '3', label: 'Doctor' }] }

  it('adds a row with the next free key, and waits for its label', async () => {
    const { user, last } = draw(menu, value)
    await user.click(screen.getByRole('button', { name: 'Add to Choices' }))
    expect(last()?.['choices']).toEqual([...value.choices, { key: '2', label: '' }])
  })

  it('moves by the keyboard and keeps what it does not know', async () => {
    const { user, last } = draw(menu, value)
    screen.getByRole('button', { name: 'Reorder Choices 1' }).focus()
    await user.keyboard('{ArrowDown}')
    expect(last()?.['choices']).toEqual([{ key: '3', label: 'Doctor' }, { key: '1', label: 'Confirm', note: 'kept' }])
  })

  it('takes a row out', async () => {
    const { user, last } = draw(menu, value)
    await user.click(screen.getByRole('button', { name: 'Remove Choices 1' }))
    expect(last()?.['choices']).toEqual([{ key: '3', label: 'Doctor' }])
  })

  it('takes one key of a telephone, the last that was typed', async () => {
    const { user, last } = draw(menu, value)
    await user.type(screen.getByRole('textbox', { name: 'Key, row 1' }), '*')
    expect((last()?.['choices'] as { key: string }[])[0]?.key).toBe('*')
    await user.type(screen.getByRole('textbox', { name: 'Key, row 1' }), 'x')
    expect((last()?.['choices'] as { key: string }[])[0]?.key).toBe('*')
  })

  it('shows where the choices lead', () => {
    draw(menu, value, { targets: new Map([['1', { name: 'Repeat the time', icon: 'say', medium: 'voice' }], ['3', null]]) })
    expect(within(field('choices.0')).getByText('Repeat the time')).toBeTruthy()
    expect(within(field('choices.1')).getByText('Nowhere yet')).toBeTruthy()
  })

  it('says which outlet has another id, so that its edge can follow', async () => {
    const renamed = vi.fn()
    const onTheWay = new Map([['1', { name: 'Repeat', icon: 'say', medium: 'voice' }]])
    render(<NodeForm schema={menu} languages={['en']} value={value} targets={onTheWay} onChange={(_, outlets) => renamed(outlets)} />)
    await userEvent.type(screen.getByRole('textbox', { name: 'Key, row 1' }), '4')
    expect(renamed).toHaveBeenLastCalledWith({ 1: '4' })
    await userEvent.type(screen.getByRole('textbox', { name: 'Label, row 1' }), 'x')
    expect(renamed).toHaveBeenLastCalledWith({})
  })

  it('keeps the edge of a condition that gets another name', async () => {
    const { user, last } = draw(branch, { conditions: [{ label: 'yes', when: 'x' }] })
    await user.type(screen.getByRole('textbox', { name: 'Label, row 1' }), '!')
    expect((last()?.['conditions'] as unknown[])[0]).toEqual({ id: 'yes', label: 'yes!', when: 'x' })
  })

  it('gives a new item an id of its own where items have one', async () => {
    const { user, last } = draw(branch, { conditions: [{ id: 'choice_2', label: 'Old', when: 'x' }] })
    await user.click(screen.getByRole('button', { name: 'Add to Conditions' }))
    expect((last()?.['conditions'] as { id: string }[])[1]).toEqual({ id: 'choice_3', label: '', when: '' })
  })
})

describe('faults', () => {
  const value = { prompt: { en: 'x' }, choices: [{ key: '1', label: '' }, { key: '1', label: 'B' }], timeout: 900 }
  const faults = [
    { path: 'timeout', message: 'at most 300 (is 900)' },
    { path: 'choices.1.key', message: 'twice' },
    { path: 'choices.0.label', message: 'is missing' },
    { path: 'prompt.en', message: 'unknown name recrd', level: 'warning' as const },
    { path: 'wat', message: 'is not known' },
    { path: '', message: 'as a whole' },
  ]

  it('stand at the field that they name, and only there', () => {
    draw(menu, value, { faults })
    expect(within(field('timeout')).getByText('at most 300 (is 900)')).toBeTruthy()
    expect(within(field('choices.1')).getByText('twice')).toBeTruthy()
    expect(within(field('choices.0')).getByText('is missing')).toBeTruthy()
    expect(within(field('choices.0')).queryByText('twice')).toBeNull()
    expect(within(field('prompt')).getByText('English: unknown name recrd')).toBeTruthy()
    expect(screen.getAllByText(/twice/)).toHaveLength(1)
    expect(screen.getByText('wat: is not known')).toBeTruthy()
    expect(screen.getByText('as a whole')).toBeTruthy()
  })

  it('are told to screen readers', () => {
    draw(menu, value, { faults })
    const timeout = within(field('timeout')).getByRole('spinbutton')
    expect(timeout.getAttribute('aria-invalid')).toBe('true')
    const described = timeout.getAttribute('aria-describedby')?.split(' ') ?? []
    expect(described.map((id) => document.getElementById(id)?.textContent).join(' ')).toContain('at most 300')
    expect(within(field('choices.1')).getByRole('textbox', { name: 'Key, row 2' }).getAttribute('aria-invalid')).toBe('true')
  })

  it('never change what was typed', async () => {
    const { user, last } = draw(menu, value, { faults })
    await user.clear(within(field('timeout')).getByRole('spinbutton'))
    await user.type(within(field('timeout')).getByRole('spinbutton'), '9999')
    await user.tab()
    expect(last()?.['timeout']).toBe(9999)
    expect(within(field('timeout')).getByText('at most 300 (is 900)')).toBeTruthy()
  })

  it('of an empty field of a fresh node wait until it is left', async () => {
    const { user } = draw(menu, {}, { faults: [{ path: 'prompt', message: 'is missing' }], fresh: true })
    expect(screen.queryByText('is missing')).toBeNull()
    await user.click(screen.getByRole('combobox', { name: 'Prompt, English' }))
    await user.tab()
    expect(screen.getByText('is missing')).toBeTruthy()
  })

  it('open the row that folds their field away', () => {
    draw(menu, value, { faults: [{ path: 'no_input_prompt', message: 'unknown name' }] })
    expect(screen.getByText('unknown name')).toBeTruthy()
  })
})

describe('plain fields', () => {
  it('show their default and leave it out of the value', async () => {
    const { user, last } = draw(menu, { prompt: 'x', choices: [], timeout: 5 })
    const timeout = within(field('timeout')).getByRole('spinbutton')
    await user.clear(timeout)
    expect(last()).toEqual({ prompt: 'x', choices: [] })
    expect(timeout.getAttribute('placeholder')).toBe('8')
    expect(screen.getByRole('switch', { name: 'Keys interrupt' }).getAttribute('aria-checked')).toBe('true')
    await user.click(screen.getByRole('switch', { name: 'Keys interrupt' }))
    expect(last()?.['barge_in']).toBe(false)
  })

  it('say folded values in words', async () => {
    const { user } = draw(menu, { prompt: 'x', choices: [] })
    expect(screen.getByText('Repeats the prompt')).toBeTruthy()
    await user.click(screen.getByRole('button', { name: /When nothing is pressed/ }))
    expect(within(field('no_input_prompt')).getByRole('combobox')).toBeTruthy()
  })

  it('tell an empty text from the default where both mean something', async () => {
    const { user, last } = draw(gather, {})
    const key = screen.getByRole('textbox', { name: 'Finish key' })
    expect(key.getAttribute('placeholder')).toBe('#')
    await user.type(key, '*')
    expect(last()).toEqual({ finish_key: '*' })
    await user.clear(key)
    expect(last()).toEqual({ finish_key: '' })
    expect(key.getAttribute('placeholder')).toBe('None')
  })

  it('fall back to the JSON type when the widget is not known', async () => {
    const { user, last } = draw(gather, {})
    await user.type(screen.getByRole('textbox', { name: 'Pattern' }), 'a+')
    expect(last()).toEqual({ pattern: 'a+' })
  })

  it('offer the words of an enum', async () => {
    const { user, last } = draw(gather, {})
    await user.click(screen.getByRole('combobox', { name: 'Mode' }))
    await user.click(await screen.findByText('In turn'))
    expect(last()).toEqual({ mode: 'in_turn' })
  })

  it('edit what has no shape as JSON, and wait until it parses', async () => {
    const { user, seen, last } = draw(gather, {})
    const json = screen.getByRole('textbox', { name: 'Anything' })
    await user.click(json)
    await user.keyboard('{{"a": ')
    expect(seen).not.toHaveBeenCalled()
    await user.keyboard('1}')
    expect(last()).toEqual({ extra: { a: 1 } })
  })
})

describe('variables', () => {
  it('adds, renames and removes, and keeps what is not text', async () => {
    const { user, last } = draw(set, { variables: { count: 1 } })
    await user.click(screen.getByRole('button', { name: 'Add to Variables' }))
    await user.type(screen.getByRole('textbox', { name: 'Name, row 2' }), 'who')
    await user.click(screen.getByRole('combobox', { name: 'Value, row 2' }))
    await user.paste('{{ call.caller }}')
    expect(last()).toEqual({ variables: { count: 1, who: '{{ call.caller }}' } })
    await user.click(screen.getByRole('button', { name: 'Remove count' }))
    expect(last()).toEqual({ variables: { who: '{{ call.caller }}' } })
  })

  it('says so when a name is taken, and loses neither row', async () => {
    const { user, last } = draw(set, { variables: { a: 'x' } })
    await user.click(screen.getByRole('button', { name: 'Add to Variables' }))
    await user.type(screen.getByRole('textbox', { name: 'Name, row 2' }), 'a')
    expect(screen.getByText(/is taken already/)).toBeTruthy()
    await user.type(screen.getByRole('textbox', { name: 'Name, row 2' }), 'b')
    expect(Object.keys((last()?.['variables'] ?? {}) as object)).toEqual(['a', 'ab'])
  })

  it('shows the fault of a variable at its row', () => {
    draw(set, { variables: { a: '{{', b: 'y' } }, { faults: [{ path: 'variables.a', message: 'unclosed' }] })
    expect(within(field('variables.a')).getByText('unclosed')).toBeTruthy()
  })
})

it('keeps what the schema does not name', async () => {
  const { user, last } = draw(menu, { prompt: 'x', choices: [], from_the_future: { a: [1] } })
  await user.type(within(field('tries')).getByRole('spinbutton'), '5')
  expect(last()).toEqual({ prompt: 'x', choices: [], from_the_future: { a: [1] }, tries: 5 })
})
