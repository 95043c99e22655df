/** How much a relay hears of somebody who is merely there. */
import { expect, test } from 'playwright/test'
import { arriveAmong } from '../simulation/meeting.ts'
import { CALM, World } from '../simulation/world.ts'

const HOUR = 3_600_000

test('thirty contacts and nobody there: at most eleven events an hour, and none closer than announced', async () => {
  const world = new World(1, CALM)
  await arriveAmong(world, 30)
  await world.run(HOUR)
  const from = world.log.length
  await world.run(24 * HOUR)
  expect((world.log.length - from) / 24).toBeLessThanOrEqual(11)
  expect(world.log.length - from).toBeGreaterThan(24)
})
