import { expect, test } from 'playwright/test'
import { loadOf, quantile, rowOf, tableOf } from './arithmetic.ts'
import { live, PEAK, RELAYS } from './town.ts'
import type { Tally } from './town.ts'

const SEED = 1
const SECOND = 1_000

test('a small town for a quarter of an hour: they meet within seconds, and no relay hears much of them', async () => {
  // So long that no two relays are away at once.
  const plan = { seed: SEED, people: 32, contacts: 10, minutes: 16, eventMs: 2, busy: 0.5 }
  const tally = await live(plan)
  const told = `seed ${SEED}: ${JSON.stringify(tally)}`
  expect(tally.meetings.length, told).toBeGreaterThan(5)
  expect(tally.failures, told).toBe(RELAYS)
  expect(quantile(tally.meetings, 0.5), told).toBeGreaterThan(100)
  expect(quantile(tally.meetings, 0.95), told).toBeLessThan(5 * SECOND)
  expect(tally.mostOpen, told).toBeLessThanOrEqual(plan.people)
  // What is published for the sake of one page goes back to it, and to whom it concerns where they are there.
  expect(tally.copies, told).toBeGreaterThan(tally.events)
  expect(tally.events / tally.pageHours, told).toBeLessThan(100)
})

const TALLY: Tally = {
  pageHours: 10,
  events: 200,
  copies: 500,
  connections: 20,
  meetings: [300, 500, 600, Infinity],
  reloads: 0,
  failures: 0,
  mostOpen: 5,
}

test('what is measured is multiplied, by processor or by memory, whichever ends first', () => {
  const machine = { busy: 0.5, memoryMib: 1_024 }
  const load = loadOf(TALLY, { eventMs: 3, socketKib: 32 }, machine)
  expect([load.events, load.copies, load.byProcessor, load.byMemory, load.pages]).toEqual([
    20, 50, 30_000, 32_768, 30_000,
  ])
  expect(loadOf(TALLY, { eventMs: 3, socketKib: 64 }, machine).pages).toBe(16_384)
  const full = Math.floor(30_000 / PEAK)
  expect(rowOf(full, load)).toMatchObject({ relays: RELAYS })
  expect(rowOf(full, load).perSecond).toBeCloseTo((30_000 * 20) / 3_600, 0)
  expect(rowOf(full + 10, load)).toMatchObject({ relays: 2 * RELAYS })
  expect(rowOf(100 * full, load).relays).toBe(100 * RELAYS)
})

test('the table has a line for each number of users, and hides nobody who was not met', () => {
  const load = loadOf(TALLY, { eventMs: 3, socketKib: 32 }, { busy: 0.5, memoryMib: 1_024 })
  const lines = tableOf([1_000, 10_000_000], load, TALLY.meetings).split('\n')
  expect(lines.length).toBe(4)
  expect(lines[2]).toBe('| 1,000 | 280 | 3 | 1.6 | 2.9 | 0.6 s, over a minute |')
  expect(lines[3]).toMatch(/^\| 10,000,000 \| 2,800,000 \| 282 \|/)
  expect(() => quantile([], 0.5)).toThrow(RangeError)
})
