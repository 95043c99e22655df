/** Somebody who has the link makes who joins by it compute, without end: HS2 that fit nothing. */
import { expect, test } from 'playwright/test'
import { toHex } from '../../src/protocol/bytes.ts'
import { sealEnvelope } from '../../src/protocol/envelope.ts'
import { inviteKeys, parseInvite } from '../../src/protocol/invite.ts'
import { arrive, makeLink, openLink } from '../simulation/meeting.ts'
import { CALM, World } from '../simulation/world.ts'
import { workOf } from '../attacks/work.ts'

test('HS2 that fit no call cost a bounded number of DHs, however often the topic stands in the tags', async () => {
  const world = new World(5, CALM)
  const alice = await arrive(world)
  const link = await makeLink(alice)
  alice.kill()
  const bob = await arrive(world)
  await openLink(bob, link)
  await world.run(3_000)
  const keys = inviteKeys(parseInvite(link.replace('#/join/', '')).secret)
  const N = 20
  const work = await workOf(async () => {
    for (let i = 0; i < N; i++) {
      const hs2 = world.random(32 + 1104 + 16 + 512)
      world.publish(Array<string>(16).fill(toHex(keys.topic)), sealEnvelope(keys, 'r', 'hs2', hs2, world.random(24)))
    }
    await world.run(1_000)
  })
  expect(work.x25519).toBeLessThanOrEqual(64)
})
