/** How much a relay hears of somebody who is merely there. */
import { expect, test } from 'playwright/test'
import { arrive } from '../simulation/meeting.ts'
import { CALM, World } from '../simulation/world.ts'

const HOUR = 3_600_000

test('thirty contacts and nobody there: at most eleven events an hour, and none closer than announced', async () => {
  const world = new World(1, CALM)
  const a = await arrive(world)
  for (let i = 0; i < 30; i++) {
    const pair = { root: world.random(32), id: world.random(32), psks: [world.random(32)] }
    a.disk.contacts.set(`c${i}`, {
      id: `c${i}`,
      key: world.random(32),
      claimedName: '',
      petname: '',
      addedAt: 0,
      verified: false,
      stopped: false,
      confirmed: true,
      pairs: [pair],
      inviteTopic: '',
      unread: 0,
      draft: '',
      hintDismissed: true,
      hideIp: false,
      readTo: 0,
      theyRead: 0,
    })
  }
  a.kill()
  a.open()
  await world.run(HOUR)
  const from = world.log.length
  await world.run(24 * HOUR)
  expect((world.log.length - from) / 24).toBeLessThanOrEqual(11)
  expect(world.log.length - from).toBeGreaterThan(24)
})
