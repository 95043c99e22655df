/** Only relays that are used count for what is said of the network. */
import { expect, test } from 'playwright/test'
import { inviteFragment, makeInvite } from '../../src/protocol/invite.ts'
import type { PublicKey } from '../../src/protocol/primitives.ts'
import { MINUTE } from '../attacks/help.ts'
import { arrive, meet, openLink } from '../simulation/meeting.ts'
import { CALM, World } from '../simulation/world.ts'

const HINT = 'wss://hint.example/'

test('a relay that a link named is not shown once the link is put away, and its last word is not heard', async () => {
  const world = new World(8, CALM)
  const [a, b] = [await arrive(world), await arrive(world)]
  const fragment = inviteFragment(
    makeInvite({
      relayOnly: false,
      manual: false,
      expiresAt: Math.floor(world.now / MINUTE) + 1_000,
      inviter: a.disk.profile!.identityPublic as PublicKey,
      secret: world.random(32),
      relays: [HINT],
    }),
  )
  const { messenger } = b.page!
  const shown = () => messenger.snapshot.network.relays.map((relay) => relay.id)
  const join = await openLink(b, fragment)
  await world.run(1_000)
  expect(shown()).toEqual(['ws://r', HINT])
  b.actions.forget(join)
  await world.run(1_000)
  expect(shown()).toEqual(['ws://r'])
  const known = messenger.state!.relays
  await messenger.dispatch({ type: 'relay', relay: 'wss://late.example/', state: 'open' })
  expect(messenger.state!.relays).toEqual(known)
})

test('a relay that is no longer used and was open does not hide that none of those in use can be reached', async () => {
  const { world, a, b } = await meet(9, CALM)
  const { messenger } = a.page!
  b.kill()
  await world.run(2 * MINUTE, () => !a.connected)
  const relays = new Map([['ws://r', 'closed'] as const, [HINT, 'open'] as const])
  Object.assign(messenger.state!, { relays })
  await messenger.dispatch({ type: 'relay', relay: 'ws://r', state: 'closed' })
  expect(messenger.state!.relays.get(HINT)).toBe('open')
  expect(messenger.snapshot.chats[0]?.line).toEqual({ state: 'failed', cause: 'no-relay' })
})
