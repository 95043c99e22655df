/** Somebody who once saw a link that is used up (a late opener) keeps the two apart who met by it. */
import { expect, test } from 'playwright/test'
import { compare, toHex } from '../../src/protocol/bytes.ts'
import { HELLO_ENTROPY_BYTES, sealHellos } from '../../src/protocol/envelope.ts'
import { inviteKeys, parseInvite } from '../../src/protocol/invite.ts'
import { arrive, makeLink, openLink, reunionUnder } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'

const keyOf = (p: Person) => p.disk.profile!.identityPublic

for (const flood of [false, true])
  test(`the two meet again after a reload ${flood ? 'while a holder of the used link announces itself' : '(control)'}`, async () => {
    const world = new World(5, CALM)
    let [a, b] = [await arrive(world), await arrive(world)]
    // The maker of the link is the one who answers calls afterwards.
    if (compare(keyOf(a), keyOf(b)) > 0) [a, b] = [b, a]
    const link = await makeLink(a)
    await openLink(b, link)
    expect(await world.run(60_000, () => a.connected && b.connected)).toBe(true)
    const keys = inviteKeys(parseInvite(link.replace('#/join/', '')).secret)
    // The link is long used up; Mallory still has its text.
    await world.run(30 * 60_000)
    const hello = (): void => {
      const { topics, content } = sealHellos(
        [{ keys, dir: 'i', nonce: world.random(16) }],
        world.random(HELLO_ENTROPY_BYTES),
      )
      world.publish(topics.map(toHex), content)
    }
    expect(await reunionUnder(flood ? hello : () => undefined, world, a, b)).toBeLessThan(30_000)
  })
