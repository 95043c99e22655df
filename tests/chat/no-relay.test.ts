/** A host that names no relay: nothing is said to be looked for, and a link names what its maker then chooses. */
import { expect, test } from 'playwright/test'
import { fromHex } from '../../src/protocol/bytes.ts'
import { parseInvite } from '../../src/protocol/invite.ts'
import { canBeNamed, MAX_NAMED_RELAYS } from '../../src/protocol/relay-list.ts'
import { checkSetting } from '../../src/net/schema.ts'
import { publicRelays } from '../../src/chat/public-relays.ts'
import { makeLink } from '../simulation/meeting.ts'
import { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'

const OWN = ['wss://own.example/']

async function alone(): Promise<Person> {
  const person = new Person(new World(21, CALM))
  person.offered = []
  person.relay = { rendezvousFor: () => nobody }
  person.open()
  await person.world.run(5_000, () => person.ready)
  return person
}

const nothing = (): void => undefined
const nobody = {
  start: nothing,
  listen: nothing,
  visit: nothing,
  publish: nothing,
  takeBack: nothing,
  nudge: nothing,
  stop: nothing,
}

test('the line says that there is none, and a link is made anew once there is', async () => {
  const ana = await alone()
  const before = await makeLink(ana)
  const shown = () => ana.page!.messenger.snapshot.invites[0]!
  expect(shown().line).toEqual({ state: 'failed', cause: 'no-relay-named' })
  const { id } = shown()
  void ana.page!.messenger.dispatch({ type: 'servers', own: { relays: OWN } })
  await ana.world.run(1_000)
  const [old, made] = [before, shown().fragment!].map((link) => parseInvite(link.replace('#/join/', '')))
  expect(shown().id).toBe(id)
  expect(shown().line.cause).not.toBe('no-relay-named')
  expect(made!.relays).toEqual(OWN)
  expect(made!.secret).not.toEqual(old!.secret)
  expect(ana.disk.invites.get(id)?.fragment).toBe(shown().fragment!.replace('#/join/', ''))

  // Where there was a relay, a link that was sent already stays what it is.
  const kept = shown().fragment
  void ana.page!.messenger.dispatch({ type: 'servers', own: { relays: ['wss://other.example/'] } })
  await ana.world.run(1_000)
  expect(shown().fragment).toBe(kept)

  // Nor does it change while the relays are written down anew: it names one.
  for (const relays of [[], OWN]) {
    void ana.page!.messenger.dispatch({ type: 'servers', own: { relays } })
    await ana.world.run(1_000)
  }
  expect(shown().fragment).toBe(kept)
})

test('a link that somebody has begun to use, or that goes by hand, is not made anew', async () => {
  for (const why of ['bound', 'by hand']) {
    const ana = await alone()
    const before = await makeLink(ana)
    const { id } = ana.page!.messenger.snapshot.invites[0]!
    if (why === 'by hand') {
      ana.actions.byHand({ do: 'begin', id })
      await ana.world.run(1_000)
    } else {
      ana.kill()
      const row = ana.disk.invites.get(id)!
      ana.disk.invites.set(id, { ...row, state: 'bound', boundTo: fromHex('11'.repeat(32)), boundAt: ana.world.now })
      ana.open()
      await ana.world.run(5_000, () => ana.ready)
    }
    void ana.page!.messenger.dispatch({ type: 'servers', own: { relays: OWN } })
    await ana.world.run(1_000)
    expect(ana.page!.messenger.snapshot.invites[0]?.fragment, why).toBe(before)
  }
})

test('the public relays can be used, and named by a link', () => {
  expect(checkSetting('relays', publicRelays)).toEqual({ value: publicRelays })
  expect(publicRelays.length).toBeLessThanOrEqual(MAX_NAMED_RELAYS)
  for (const relay of publicRelays) expect(canBeNamed(relay) && relay.startsWith('wss://'), relay).toBe(true)
})
