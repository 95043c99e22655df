import { expect, test } from 'playwright/test'
import { makeClock } from '../../src/net/clock.ts'

test('is moved by its offset and calls back once', async () => {
  const clock = makeClock(3_600_000)
  expect(Math.abs(clock.now() - Date.now() - 3_600_000)).toBeLessThan(1_000)
  const order: string[] = []
  await new Promise<void>((resolve) => {
    clock.after(20, () => resolve())
    clock.after(1, () => order.push('first'))
    clock.after(0, () => order.push('cancelled'))()
    clock.after(2 ** 31 + 5, () => order.push('next month')) // setTimeout alone would fire at once
  })
  expect(order).toEqual(['first'])
})
