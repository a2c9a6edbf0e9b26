/** Prompts and lists: what is edited changes, what stands beside it stays. */
import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, it, vi } from 'vitest'
import { NodeForm } from './NodeForm'
import { branch, draw, field, menu } from './drawn'

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

describe('condition', () => {
  const value = { conditions: [{ id: 'old', label: 'Old', when: 'record.age > 65' }] }

  it('is put together from rows, and says as text what the rows say', async () => {
    const { user, last } = draw(branch, value, { names: [{ name: 'record.age', label: 'Age' }] })
    await user.click(screen.getByRole('button', { name: /^Put together/ }))
    await user.click(await screen.findByRole('button', { name: 'Add one' }))
    await user.type(screen.getByRole('combobox', { name: 'Name, row 2' }), 'record.ward')
    await user.type(screen.getByRole('textbox', { name: 'Value, row 2' }), 'eye')
    expect(last()).toEqual({ conditions: [{ id: 'old', label: 'Old', when: 'record.age > 65 and record.ward == "eye"' }] })
    await user.click(screen.getByText('Any of these'))
    expect(last()).toEqual({ conditions: [{ id: 'old', label: 'Old', when: 'record.age > 65 or record.ward == "eye"' }] })
  })

  it('that rows cannot say is left as text', async () => {
    const { user, seen } = draw(branch, { conditions: [{ id: 'old', label: 'Old', when: 'a == 1 and b == 2 or c == 3' }] })
    await user.click(screen.getByRole('button', { name: /^Put together/ }))
    expect(await screen.findByText(/cannot be said in rows/)).toBeTruthy()
    expect(seen).not.toHaveBeenCalled()
  })

  it('says beside it what it gives for the sample', async () => {
    const sampling = vi.fn().mockResolvedValue({ text: null, holds: true })
    const { user } = draw(branch, value, { sampling })
    expect(screen.queryByTestId('sample')).toBeNull()
    await user.click(screen.getByDisplayValue('record.age > 65'))
    expect((await screen.findByTestId('sample')).textContent).toBe('Sample: holds')
    expect(sampling).toHaveBeenCalledWith('condition', 'record.age > 65', expect.anything())
    await user.click(document.body)
    expect(screen.getByTestId('sample')).toBeTruthy() // what stands below it stays under the pointer
  })
})

describe('a prompt is heard', () => {
  const value = { prompt: { en: 'Press 1', 'zh-CN': '' }, choices: [] }

  it('in its own language, and says so where it cannot be', async () => {
    const hearing = vi.fn().mockRejectedValue(new Error('away'))
    const { user } = draw(menu, value, { hearing, languages: ['en', 'zh-CN'] })
    await user.click(screen.getByRole('button', { name: 'Play' }))
    expect(hearing).toHaveBeenCalledWith({ en: 'Press 1' }, 'en', expect.anything())
    expect(await screen.findByRole('button', { name: 'Failed' })).toBeTruthy()
  })

  it('but not where nothing is written', () => {
    draw(menu, { prompt: {}, choices: [] }, { hearing: vi.fn() })
    expect(screen.queryByRole('button', { name: 'Play' })).toBeNull()
  })
})
