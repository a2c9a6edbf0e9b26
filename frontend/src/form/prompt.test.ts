/** A voice and a rate stand before what they are about, and are no words. */
import { describe, expect, it } from 'vitest'
import { type Spoken, bareOf, inManner, isSilent, mannerOf } from './prompt'
import { measure } from './speech'

const spoken: Spoken = [{ voice: 'en-gb+f3' }, { rate: 0.8 }, { say: 'Good day.' }]

describe('the manner of speaking', () => {
  it('is taken off a text and put on it again', () => {
    expect(mannerOf(spoken)).toEqual({ voice: 'en-gb+f3', rate: 0.8 })
    expect(bareOf(spoken)).toBe('Good day.')
    expect(inManner('Good day.', mannerOf(spoken))).toEqual(spoken)
    expect(inManner('Good day.', { voice: undefined, rate: 1 })).toBe('Good day.')
    const parts: Spoken = [{ say: 'Your number' }, { voice: 'en-us' }, { digits: '{{ n }}' }]
    expect([mannerOf(parts), bareOf(parts)]).toEqual([{}, parts])
  })
  it('is nothing to be heard, and a slow voice takes longer', () => {
    expect([isSilent([{ rate: 2 }]), isSilent(spoken)]).toEqual([true, false])
    expect(inManner('', { voice: 'en-us' })).toBe('')
    const long = 'Please come tomorrow and bring your card and the last report with you.'
    expect(measure([{ rate: 0.5 }, { say: long }]).seconds).toBeGreaterThan(1.8 * measure(long).seconds)
    expect(measure([{ rate: 1 }, { say: long }]).characters).toBe(long.length)
  })
})
