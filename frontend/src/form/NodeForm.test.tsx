/** The form's faults and plain fields: each fault at its place, and nothing lost on the way. */
import { screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { draw, field, gather, menu, set } from './drawn'

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
