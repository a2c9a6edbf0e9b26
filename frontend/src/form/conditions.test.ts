/** Conditions as rows and back: what was written stays what it says. */
import { describe, expect, it } from 'vitest'
import { conditionOf, rowsOf } from './conditions'

describe('rows of a condition', () => {
  it.each([
    ['record.age > 65', [{ name: 'record.age', relation: 'more', value: '65', bare: true }]],
    ['results.ask.value == "1"', [{ name: 'results.ask.value', relation: 'is', value: '1' }]],
    ["record.ward != 'cardio'", [{ name: 'record.ward', relation: 'is_not', value: 'cardio' }]],
    ['vars.list contains "a b"', [{ name: 'vars.list', relation: 'contains', value: 'a b' }]],
    ['contact.email == blank', [{ name: 'contact.email', relation: 'empty', value: '' }]],
    ['contact.email != empty', [{ name: 'contact.email', relation: 'filled', value: '' }]],
    ['vars.done == true', [{ name: 'vars.done', relation: 'is', value: 'true' }]],
    ['a.b >= -2.5 and c.d <= 3', [{ name: 'a.b', relation: 'at_least', value: '-2.5', bare: true }, { name: 'c.d', relation: 'at_most', value: '3', bare: true }]],
  ])('%s', (source, rows) => {
    expect(rowsOf(source)).toEqual({ join: 'and', rows })
  })

  it('keeps how they are joined', () => {
    expect(rowsOf('a == 1 or b == 2 or c == 3')?.join).toBe('or')
  })

  it.each(['a == 1 and b == 2 or c == 3', 'a == b', 'a', 'not a == 1', '(a == 1)', 'a == 1 and', 'a == "x', 'a | size > 2', 'record.x[0] == 1', 'a == 1 b == 2', 'true == 1', 'a > blank', '== 1'])(
    'leaves %s as it is written',
    (source) => expect(rowsOf(source)).toBeNull(),
  )

  it('begins with nothing', () => expect(rowsOf('  ')).toEqual({ join: 'and', rows: [] }))
})

describe('condition of rows', () => {
  it.each([
    'record.age > 65',
    'record.ward == "cardio" or record.ward == "ortho"',
    'contact.email == blank and contact.phone != blank',
    'record.phone == "0138"',
    'record.code == "1" and record.count == 1',
    'record.said contains "it’s"',
    "record.said == 'a \"b\"'",
    'vars.done == true',
  ])('%s is written as it was read', (source) => {
    const rows = rowsOf(source)
    expect(rows && conditionOf(rows)).toBe(source)
  })

  it('leaves out rows that name nothing, and never breaks its own quotes', () => {
    expect(conditionOf({ join: 'and', rows: [{ name: ' ', relation: 'is', value: 'x' }, { name: 'a', relation: 'is', value: `"b" isn't` }] })).toBe(`a == '"b" isn’t'`)
    expect(rowsOf(conditionOf({ join: 'and', rows: [{ name: 'a', relation: 'is', value: `"b" isn't` }] }))?.rows).toHaveLength(1)
  })
})
