import { expect, it } from 'vitest'
import type { FlowDocument } from '../api/types'
import type { Kept } from '../simulator/sample'
import { optionsOf } from './samples'

const words = { scenario: 'First scenario' }
const nobody: Kept = { type: null, records: [] }
const visits: Kept = {
  type: { type: 'visit', key: 'no', name: 'patient', phone: 'mobile' },
  records: [{ key: 'V1', data: { no: 'V1', patient: 'Ann', mobile: '138' } }, { key: 'V2', data: { no: 'V2' } }],
}
const drawn = (scenarios: unknown[] = []) => ({ scenarios }) as unknown as FlowDocument

it('offers the first scenario that says who, then the records that are kept', () => {
  const options = optionsOf(drawn([{ name: 'empty' }, { name: 'Busy', contact: { phone: '1' } }]), visits, words)
  expect(options.map(({ label }) => label)).toEqual(['First scenario', 'Ann · V1', 'V2'])
  expect(options[0]?.given).toEqual({ contact: { phone: '1' }, record: {} })
})

it('gives a record with the contact that it is about', () => {
  const [first, second] = optionsOf(drawn(), visits, words)
  expect(first?.given).toEqual({ contact: { name: 'Ann', phone: '138' }, record: visits.records[0]?.data })
  expect(second?.given.contact).toMatchObject({ phone: '13800000000' })
})

it('has somebody where nothing is kept', () => {
  expect(optionsOf(drawn(), nobody, words)).toMatchObject([{ given: { contact: { phone: '13800000000' }, record: {} } }])
})
