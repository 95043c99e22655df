import { expect, test } from 'playwright/test'
import { dayName, listTime, localDate, startOfDay } from '../../src/screen/time.ts'

const at = (day: number, hour = 12, month = 10, year = 2026) => new Date(year, month, day, hour).getTime()
const TODAY = startOfDay(at(24))

test('days have names while they are near', () => {
  expect(dayName(at(24, 23), TODAY)).toBe('Today')
  expect(dayName(at(25), TODAY)).toBe('Today')
  expect(dayName(at(23, 0), TODAY)).toBe('Yesterday')
  expect(dayName(at(22), TODAY)).toBe(new Intl.DateTimeFormat('en', { weekday: 'long' }).format(at(22)))
  expect(dayName(at(17), TODAY)).toContain('November')
  expect(dayName(at(17), TODAY)).not.toContain('2026')
  expect(dayName(at(17, 12, 10, 2025), TODAY)).toContain('2025')
})

test('a list says no more than it must', () => {
  expect(listTime(at(24, 9), TODAY)).toMatch(/\d/)
  expect(listTime(at(20), TODAY)).not.toMatch(/\d/)
  expect(listTime(at(10), TODAY)).toMatch(/10/)
})

test('a day of 23 or 25 hours is a day', () => {
  const days = Array.from({ length: 365 }, (_, i) => i + 1)
  expect(days.filter((day) => dayName(at(day, 12, 0), startOfDay(at(day + 1, 12, 0))) !== 'Yesterday')).toEqual([])
})

test('dates are those of this device', () => {
  expect(localDate(at(4, 0, 0))).toBe('2026-01-04')
})
