/**
 * Every node type there is, drawn: each asks only for widgets that this form has, and no field is left to JSON.
 * `fixtures/schemas.json` is written by `fixtures/schemas.py` and stands for `GET /node-types`.
 */
import { screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { draw } from './drawn'
import fixture from './fixtures/schemas.json'
import { pick, widgetNames } from './pick'
import { type JsonSchema, resolve } from './schema'
import { widgets } from './widgets'

const schemas = fixture.schemas as unknown as Record<string, JsonSchema>
const starters = fixture.starters as unknown as Record<string, Record<string, unknown>>

/** Every field below a schema, by its path. */
function fields(schema: JsonSchema, root: JsonSchema, path: string, seen: readonly JsonSchema[] = []): [string, JsonSchema][] {
  const flat = resolve(schema, root)
  if (seen.includes(schema)) return []
  const below = [...seen, schema]
  const inner = typeof flat.additionalProperties === 'object' ? fields(flat.additionalProperties, root, `${path}.*`, below) : []
  const items = flat.items ? fields(flat.items, root, `${path}[]`, below) : []
  const members = Object.entries(flat.properties ?? {}).flatMap(([name, one]) => fields(one, root, `${path}.${name}`, below))
  return [[path, flat], ...inner, ...items, ...members]
}

const all = Object.entries(schemas).flatMap(([type, schema]) => fields(schema, schema, type))

it('has a widget for every name that a schema asks for', () => {
  const known = new Set<string>(widgetNames)
  const unknown = all.filter(([, schema]) => schema.widget !== undefined && !known.has(schema.widget)).map(([path, schema]) => `${path}: ${String(schema.widget)}`)
  expect(unknown).toEqual([])
  expect(Object.keys(widgets).sort()).toEqual([...widgetNames].sort())
})

it('leaves no field to be typed as JSON', () => {
  expect(all.filter(([, schema]) => pick(schema) === 'json').map(([path]) => path)).toEqual([])
})

it('finds a title on every field that is shown', () => {
  const named = all.filter(([path, schema]) => /\.[a-z_]+$/.test(path) && pick(schema) !== 'hidden')
  expect(named.filter(([, schema]) => !schema.title).map(([path]) => path)).toEqual([])
})

describe('a form for', () => {
  it.each(Object.keys(schemas))('%s', (type) => {
    draw(schemas[type] ?? {}, starters[type] ?? {})
    expect(screen.getByTestId('node-form')).toBeTruthy()
  })
})
