import { expect, test } from 'playwright/test'
import { median, row, table } from './rows.ts'

const measured = { name: 'something', unit: 'ms', baselineName: 'nothing but that' }

test('an amount may be reached, not passed', () => {
  const goal = { atMost: 60 }
  expect(row({ ...measured, ours: 60, baseline: 40, goal })).toMatchObject({ ratio: 1.5, goal: '≤ 60 ms', met: true })
  expect(row({ ...measured, ours: 60.1, baseline: 100, goal })).toMatchObject({ met: false })
})

test('what is rounded for the eye is judged as it was measured', () => {
  const goal = { atMostTimes: 1.4 }
  expect(row({ ...measured, ours: 1400.4, baseline: 1000, goal })).toMatchObject({ ours: 1400, ratio: 1.4, met: false })
  expect(row({ ...measured, ours: 1399.9, baseline: 1000, goal })).toMatchObject({ ratio: 1.4, met: true })
})

test('more may be better', () => {
  const goal = { atLeastTimes: 0.3 }
  expect(row({ ...measured, ours: 30, baseline: 100, goal })).toMatchObject({ goal: '≥ 0.3 ×', met: true })
  expect(row({ ...measured, ours: 29, baseline: 100, goal })).toMatchObject({ ratio: 0.29, met: false })
})

test('the median is the middle one', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(() => median([])).toThrow(RangeError)
})

test('the table says each thing once', () => {
  const [head, line, ...more] = table([row({ ...measured, ours: 2, baseline: 1, goal: { atMost: 1 } })]).split('\n')
  expect(head?.trim()).toMatch(/^ours +baseline +ratio +goal +met$/)
  expect(line).toMatch(/^something +2 ms +1 ms +nothing but that +2 × +≤ 1 ms +NO$/)
  expect(more).toEqual([])
})
