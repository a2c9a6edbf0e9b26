/** Files of rows, fields in words, and types that keep what an editor does not know. */
import { describe, expect, it, vi } from 'vitest'
import { records, type RecordType } from '../../api/records'
import { changesOf, columnsOf, fieldsOf, readValue, titleOf, valueText } from './fields'
import { draftOf, typeOfDraft } from './recordType'
import { NoTable, decoded, matched, readCsv, readFile, readSheet, writeCsv } from './table'

const visit: RecordType = {
  type: 'visit', key: 'visit_no', name: 'patient', phone: 'mobile', contact: null, email: null, time_zone: null, language: null, source_version: null,
  visible: { diagnosis: ['doctor'], mobile: ['operator'] },
  schema: {
    type: 'object', required: ['visit_no'], additionalProperties: false,
    properties: {
      age: { type: 'integer', title: '年龄 / Age', minimum: 0 }, visit_no: { type: 'string', pattern: '^V' }, patient: { type: 'string', title: 'Patient' },
      mobile: { type: 'string' }, diagnosis: { type: 'string' }, ward: { enum: ['cardio', 'eye'] }, fasting: { type: 'boolean' },
    },
  },
}

describe('a file of rows', () => {
  it('is read as spreadsheets write it', () => {
    const text = '\ufeffvisit_no;"Name; full";note\r\nV1;"Li ""the"" Wei";"two\nlines"\r\n\r\nV2;;\r\n'
    expect(readCsv(text)[1]).toEqual(['V1', 'Li "the" Wei', 'two\nlines'])
    expect(readSheet(text)).toMatchObject({
      columns: ['visit_no', 'Name; full', 'note'], written: true, lines: [2, 4], sheets: [],
      rows: [{ visit_no: 'V1', 'Name; full': 'Li "the" Wei', note: 'two\nlines' }, { visit_no: 'V2' }],
    })
  })
  it('may be JSON, or a line each', () => {
    expect(readSheet('[{"a": 1}]').rows).toEqual([{ a: 1 }])
    expect(readSheet('{"a": 1}\n{"b": 2}\n')).toMatchObject({ columns: ['a', 'b'], rows: [{ a: 1 }, { b: 2 }], written: false })
    expect(() => readSheet('[1]')).toThrow(NoTable)
    expect(() => readSheet('{"a": ')).toThrow(NoTable)
    expect(() => readSheet(' \n')).toThrow(NoTable)
  })
  it('is read by the server where it is a spreadsheet, whatever its name is', async () => {
    const table = { sheets: ['One', 'Two'], columns: ['no', 'age'], lines: [2, 5], rows: [['007', null], ['008', '7']], faults: [] }
    const asked = vi.spyOn(records, 'readTable').mockResolvedValue(table)
    const file = (name: string, bytes: Uint8Array) => ({ name, arrayBuffer: () => Promise.resolve(bytes.buffer) }) as unknown as File
    const read = await readFile(file('a.csv', new Uint8Array([0x50, 0x4b, 3, 4, 0])), 'Two')
    expect(read).toMatchObject({ rows: [{ no: '007' }, { no: '008', age: '7' }], lines: [2, 5], sheet: 'Two', written: true })
    expect((await readFile(file('a.xlsx', new Uint8Array([0x61, 10, 0x31, 10])))).rows).toEqual([{ a: '1' }])
    expect(asked).toHaveBeenCalledTimes(1)
  })
  it('may be in Chinese of any writing', () => {
    const gbk = new Uint8Array([0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0x61]) // 姓名,a
    expect(decoded(gbk.buffer)).toBe('姓名,a')
    expect(decoded(new TextEncoder().encode('姓名').buffer as ArrayBuffer)).toBe('姓名')
  })
  it('goes to the fields whose name or title its columns have', () => {
    expect(matched(['Visit No', '年龄', 'Patient', 'other'], fieldsOf(visit, 'en', 'operator'))).toEqual({ visit_no: 'Visit No', age: '年龄', patient: 'Patient' })
  })
  it('is written so that no cell is a formula', () => {
    expect(writeCsv([['=1+1', '-5', 'a,"b"', null]])).toBe('\ufeff\'=1+1,-5,"a,""b""",\r\n')
  })
})

describe('fields', () => {
  it('have their title in the language of the reader', () => {
    expect([titleOf({ title: '科室 / Department' }, 'd', 'zh-CN'), titleOf({ title: '科室 / Department' }, 'd', 'en'), titleOf(undefined, 'd', 'en')]).toEqual(['科室', 'Department', 'd'])
    expect(titleOf({ title: 'In / out' }, 'd', 'en')).toBe('In / out')
  })
  it('that a role is not shown are hidden, unless their ends are there', () => {
    const hidden = (role: string, data = {}) => fieldsOf(visit, 'en', role, data).filter((field) => field.hidden).map((field) => field.name)
    expect(hidden('operator')).toEqual(['diagnosis'])
    expect(hidden('designer', { mobile: '138****8000' })).toEqual(['diagnosis'])
    expect(hidden('administrator')).toEqual([])
    expect(columnsOf(visit, 'en', 'operator', 4).map((field) => field.name)).toEqual(['visit_no', 'patient', 'mobile', 'age'])
  })
  it('are read from what somebody writes', () => {
    const read = (name: string, text: string) => readValue(text, visit.schema.properties?.[name] ?? {})
    expect([read('age', ' 42 '), read('age', 'old'), read('fasting', '是'), read('fasting', 'maybe'), read('ward', 'eye'), read('visit_no', '007')]).toEqual([42, 'old', true, 'maybe', 'eye', '007'])
  })
  it('that changed are told apart', () => {
    expect(changesOf({ a: 1, b: [2] }, { a: 0, b: [2], c: 3 })).toEqual([{ name: 'a', before: 0, after: 1 }, { name: 'c', before: 3, after: undefined }])
    expect(valueText(false, 'en', { yes: 'Yes', no: 'No' })).toBe('No')
  })
})

describe('a record type', () => {
  it('that is opened and kept is the same', () => expect(typeOfDraft(draftOf(visit))).toEqual(visit))
  it('keeps what the editor does not know', () => {
    const draft = draftOf(visit)
    const fields = draft.fields.map((field) => (field.name === 'age' ? { ...field, title: 'Years', required: true } : field.name === 'mobile' ? { ...field, kind: 'choice' as const, choices: 'a, b' } : field))
    const kept = typeOfDraft({ ...draft, fields })
    expect(kept.schema.properties?.['age']).toEqual({ type: 'integer', title: 'Years', minimum: 0 })
    expect(kept.schema.properties?.['mobile']).toEqual({ enum: ['a', 'b'] })
    expect(kept.schema.required).toEqual(['age', 'visit_no'])
  })
})
