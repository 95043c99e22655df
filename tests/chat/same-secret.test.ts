/** Mallory read Alice's link (a late opener, a group chat) and makes a link of her own around the same secret. */
import { expect, test } from 'playwright/test'
import { inviteFragment, inviteKeys, makeInvite, parseInvite } from '../../src/protocol/invite.ts'
import type { PublicKey } from '../../src/protocol/primitives.ts'
import { arrive, makeLink, openLink } from '../simulation/meeting.ts'
import { CALM, World } from '../simulation/world.ts'

test('a link with the secret of another link does not put its maker into a verified chat', async () => {
  const world = new World(11, CALM)
  const [alice, bob, mallory] = [await arrive(world), await arrive(world), await arrive(world)]
  const link = await makeLink(alice)

  // Mallory knows the link's text, nothing else. Her page runs the ordinary program.
  const seen = parseInvite(link.replace('#/join/', ''))
  const forged = makeInvite({ ...seen, inviter: mallory.disk.profile!.identityPublic as PublicKey })
  const keys = inviteKeys(forged.secret)
  const fragment = inviteFragment(forged)

  const opened = alice.actions.openLink(fragment)
  await world.run(1_000)
  expect(await opened).toEqual({ ok: false, why: 'copied' })
  // Opened before such links were refused, it still lies there unpressed.
  alice.kill()
  alice.disk.joins.set('join', { id: 'join', fragment, pressed: false, openedAt: world.now })
  alice.open()
  await world.run(5_000, () => alice.ready)

  // Bob joins Alice; Alice verifies Bob.
  await openLink(bob, link)
  expect(await world.run(60_000, () => alice.connected && bob.connected)).toBe(true)
  const chat = alice.page!.messenger.snapshot.chats[0]!.id
  alice.actions.markVerified(chat, true)
  await world.run(1_000)

  // Mallory waits on that topic; later Alice presses Join on Mallory's link, well knowing it is Mallory's.
  mallory.kill()
  mallory.disk.invites.set('x', {
    id: 'x',
    state: 'open',
    createdAt: world.now,
    expiresAt: forged.expiresAt * 60_000,
    fragment,
    topic: keys.topic,
    keyI: keys.keyI,
    keyR: keys.keyR,
    relayOnly: false,
  })
  mallory.open()
  await world.run(5_000, () => mallory.ready)
  alice.actions.join('join')
  await world.run(30_000, () => mallory.connected)
  void alice.actions.send(chat, 'only for Bob')
  await world.run(60_000)
  expect(mallory.texts(false)).toEqual([])
  expect(bob.texts(false)).toEqual(['only for Bob'])
})
