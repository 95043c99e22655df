/** Only relays that are used count for what is said of the network. */
import { expect, test } from 'playwright/test'
import { inviteFragment, makeInvite } from '../../src/protocol/invite.ts'
import type { PublicKey } from '../../src/protocol/primitives.ts'
import { MINUTE } from '../attacks/help.ts'
import { arrive, meet, openLink } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'

const HINT = 'wss://hint.example/'

/** Opens a link, which names a relay of its own, in this person's page. */
function openNaming(who: Person, inviter: Person): Promise<string> {
  const { world } = who
  const invite = makeInvite({
    relayOnly: false,
    manual: false,
    expiresAt: Math.floor(world.now / MINUTE) + 1_000,
    inviter: inviter.disk.profile!.identityPublic as PublicKey,
    secret: world.random(32),
    relays: [HINT],
  })
  return openLink(who, inviteFragment(invite))
}

test('a relay that a link named is not shown once the link is put away, and its last word is not heard', async () => {
  const world = new World(8, CALM)
  const [a, b] = [await arrive(world), await arrive(world)]
  const { messenger } = b.page!
  const shown = () => messenger.snapshot.network.relays
  const join = await openNaming(b, a)
  await world.run(1_000)
  expect(shown().map((relay) => relay.id)).toEqual(['ws://r', HINT])
  b.actions.forget(join)
  await world.run(1_000)
  expect(shown()).toEqual([{ id: 'ws://r', state: 'open' }])
  await messenger.dispatch({ type: 'relay', relay: HINT, state: 'open' })
  expect(shown()).toEqual([{ id: 'ws://r', state: 'open' }])
})

test('a relay that is no longer used and was open does not hide that none of those in use can be reached', async () => {
  const { world, a, b } = await meet(9, CALM)
  const { messenger } = a.page!
  const line = () => messenger.snapshot.chats[0]?.line
  b.kill()
  await world.run(2 * MINUTE, () => !a.connected)
  const join = await openNaming(a, await arrive(world))
  await world.run(MINUTE)
  await messenger.dispatch({ type: 'relay', relay: 'ws://r', state: 'closed' })
  expect(line()).toEqual({ state: 'waiting', cause: 'absent' })
  a.actions.forget(join)
  await world.run(1_000)
  await messenger.dispatch({ type: 'relay', relay: 'ws://r', state: 'closed' })
  expect(line()).toEqual({ state: 'failed', cause: 'no-relay' })
})
