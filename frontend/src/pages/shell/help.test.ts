import { expect, test } from 'vitest'
import { helpFor } from './help'

test('each page leads to its chapter, in the language that is read', () => {
  expect(helpFor('/campaigns/01', 'en')).toBe('/help/campaigns.html')
  expect(helpFor('/campaigns', 'zh-CN')).toBe('/help/campaigns.zh-CN.html')
  expect(helpFor('/flows', 'en')).toBe('/help/drawing.html')
  expect(helpFor('/flows/01', 'zh-CN')).toBe('/help/drawing.zh-CN.html')
  expect(helpFor('/flows/01/try', 'en')).toBe('/help/trying.html')
  expect(helpFor('/home', 'zh-CN')).toBe('/help/following.zh-CN.html#today-and-figures')
  expect(helpFor('/elsewhere', 'en')).toBe('/help/index.html')
  expect(helpFor('/elsewhere', 'zh-CN')).toBe('/help/index.zh-CN.html')
})
