/** Relays that come and go, are slow, repeat or lose: at the page's real rendezvous. */
import { expect, test } from 'playwright/test'
import { isHello } from '../../src/protocol/envelope.ts'
import { boxes, dials } from '../attacks/help.ts'
import type { Person } from '../simulation/person.ts'
import { rendezvousAt, RelayServer } from '../simulation/relay-server.ts'
import type { World } from '../simulation/world.ts'
import { leave, loses, oldAnnouncements, scene, SECOND } from './losing.ts'

/** These people use two relays from their next page on. */
function offer(world: World, one: RelayServer, two: RelayServer, ...people: readonly Person[]): void {
  for (const who of people) {
    who.offered = ['ws://one', 'ws://two']
    who.relay = {
      rendezvousFor: (clock, alive) =>
        rendezvousAt((url) => (url.includes('one') ? one : two), { random: world.random, clock, alive }),
    }
  }
}

for (const every of [31, 131])
  test(`a relay that drops us every ${every} s makes us publish at the other no more and no less than the heartbeat`, async () => {
    const { world, caller, other } = await scene(900)
    leave(caller, other)
    await world.run(5 * SECOND)
    const [good, bad] = [new RelayServer(world), new RelayServer(world)]
    offer(world, good, bad, caller)
    caller.open()
    await world.run(60 * SECOND)
    for (const relay of [good, bad]) relay.forget()
    const times = 2 * Math.floor(3_600 / every)
    for (let i = 0; i < times; i++) {
      await world.run(every * SECOND)
      bad.goDown()
      bad.comeBack()
    }
    expect(bad.published.length).toBeGreaterThanOrEqual(times)
    expect(good.published.length).toBeGreaterThanOrEqual(4)
    expect(good.published.length).toBeLessThanOrEqual(12)
  })

for (const late of ['caller', 'other'] as const)
  test(`a relay that listens late to the ${late} finds a line that still opens: there is no second handshake`, async () => {
    for (const [takes, opensAfter] of [
      [600, 10],
      [600, 22],
      [4_000, 22],
    ] as const) {
      const { world, together, ...people } = await scene(940)
      const { caller, other } = people
      leave(caller, other)
      await world.run(150 * SECOND)
      const [quick, slow] = [new RelayServer(world), new RelayServer(world, () => takes)]
      offer(world, quick, slow, caller, other)
      people[late === 'caller' ? 'other' : 'caller'].open()
      await world.run(150 * SECOND)
      world.opensAfter = opensAfter * SECOND
      people[late].open()
      expect(await world.run(60 * SECOND, together), `${takes}, ${opensAfter}`).toBe(true)
      await world.run(30 * SECOND)
      expect([dials(caller), dials(other)], `${takes}, ${opensAfter}`).toEqual([1, 1])
    }
  })

for (const [presses, after] of [
  ['caller', 3],
  ['other', 3],
  ['other', 12],
  ['caller', 16],
] as const)
  test(`the ${presses} tries again ${after} s after a relay that comes and goes: the good one hears of it`, async () => {
    const { world, together, ...people } = await scene(900)
    leave(people.caller, people.other)
    await world.run(5 * SECOND)
    const [good, bad] = [new RelayServer(world), new RelayServer(world)]
    offer(world, good, bad, people.caller, people.other)
    const [who, peer] = [people[presses], people[presses === 'caller' ? 'other' : 'caller']]
    peer.offered = ['ws://one']
    bad.goDown()
    who.open()
    await world.run(60 * SECOND)
    // All that the other one says at its beginning gets lost.
    const heard = good.heard.bind(good)
    good.heard = (from, text) => {
      if (!text.startsWith('["EVENT"')) heard(from, text)
    }
    peer.open()
    await world.run(60 * SECOND)
    bad.comeBack()
    expect(await world.run(120 * SECOND, () => bad.published.length > 0)).toBe(true)
    await world.run(after * SECOND)
    good.heard = heard
    bad.goDown()
    await world.run(50)
    bad.comeBack()
    who.actions.retry(who.contactId!)
    expect(await world.run(15 * SECOND, together)).toBe(true)
  })

for (const [whose, before] of [
  ['other', 3],
  ['caller', 2],
] as const)
  test(`the heartbeat of the ${whose} falls into the opening of a line: there is no second handshake`, async () => {
    const { world, together, ...people } = await scene(940)
    const comes = people[whose === 'caller' ? 'other' : 'caller']
    leave(comes)
    await world.run(60 * SECOND)
    await world.run(people[whose].page!.messenger.state!.beatAt - world.now - before * SECOND)
    world.opensAfter = 22 * SECOND
    const said = boxes(world).length
    comes.open()
    expect(await world.run(60 * SECOND, together)).toBe(true)
    await world.run(30 * SECOND)
    expect(boxes(world).length - said).toBe(2)
  })

test('a relay repeats an announcement that was called in vain to somebody who is connected: nobody is called', async () => {
  const { world, caller, other, together } = await scene(930)
  leave(other)
  await world.run(70 * SECOND)
  const from = world.log.length
  other.open()
  const attempts = () => caller.page!.messenger.state!.links.get(caller.contactId!)!.attempts
  expect(await world.run(SECOND, () => attempts().length > 0)).toBe(true)
  const old = world.log.slice(from).find(({ content }) => isHello(content))!
  other.kill()
  await world.run(2 * SECOND)
  other.open()
  expect(await world.run(20 * SECOND, together)).toBe(true)
  await world.run(5 * SECOND)
  const [said, dialled] = [boxes(world).length, dials(caller)]
  for (let i = 0; i < 600; i++) {
    world.publish(old.topics, old.content)
    await world.run(SECOND)
  }
  expect(together()).toBe(true)
  expect([boxes(world).length, dials(caller)]).toEqual([said, dialled])
})

for (const victim of ['caller', 'other'] as const)
  for (const outage of [30, 600])
    test(`the ${victim} has no network for ${outage} s, and any one event gets lost after that`, async () => {
      for (let lost = 0; lost < 4; lost++) {
        const { world, together, ...people } = await scene(950)
        const { caller, other } = people
        leave(caller, other)
        await world.run(5 * SECOND)
        const relay = new RelayServer(world)
        for (const who of [caller, other]) {
          who.relay = relay
          who.open()
        }
        expect(await world.run(60 * SECOND, together)).toBe(true)
        await world.run(300 * SECOND)
        for (const end of world.endpoints.values()) end.end('closed', 0)
        const [socket] = [...relay.sockets].slice(victim === 'caller' ? 0 : 1)
        const connect = relay.connect.bind(relay)
        relay.connect = (again) => void world.after(10, () => again.closed())
        socket!.closed()
        await world.run(outage * SECOND)
        relay.connect = connect
        let n = 0
        const heard = relay.heard.bind(relay)
        relay.heard = (from, text) => {
          if (!text.startsWith('["EVENT"') || n++ !== lost) heard(from, text)
        }
        people[victim].page!.messenger.online(false)
        people[victim].page!.messenger.online(true)
        expect(await world.run(15 * SECOND, together), `event ${lost}`).toBe(true)
      }
    })

for (const way of ['a relay', 'a network'] as const)
  test(`an answer comes late, the call after it gets lost, and ${way} lets no line open: they meet once that is over`, async () => {
    const { world, caller, other, together } = await scene(800)
    leave(other)
    await world.run(150 * SECOND)
    const honest = world.publish.bind(world)
    const { trouble } = world
    if (way === 'a network') world.trouble = { ...trouble, openFails: 1 }
    let n = 0
    world.publish = (topics, content) => {
      if (isHello(content)) return honest(topics, content)
      const box = n++
      if (box === 0) honest(topics, content)
      // So late that who answered is gone, or so that the next call is made before it.
      else if (box === 1) world.after((way === 'a relay' ? 28.5 : 12) * SECOND, () => honest(topics, content))
      else if (box > 2 && way === 'a network') honest(topics, content)
    }
    other.open()
    await world.run(70 * SECOND)
    expect(n).toBeGreaterThan(2)
    expect(together()).toBe(false)
    world.publish = honest
    world.trouble = trouble
    expect(caller.connected).toBe(false)
    expect(await world.run(20 * 60 * SECOND, together)).toBe(true)
  })

test('a relay repeats old announcements of somebody to a page that begins anew: who comes is there at once', async () => {
  for (const nonces of [2, 3, 4]) {
    const { world, caller, other, together } = await scene(920)
    const old = await oldAnnouncements(world, other, nonces, together)
    leave(other, caller)
    await world.run(20 * SECOND)
    caller.open()
    const again = (): void => {
      for (const { topics, content } of old) world.publish(topics, content)
      world.after(100, again)
    }
    again()
    await world.run(100 * SECOND)
    other.open()
    expect(await world.run(5 * SECOND, together), `${nonces} nonces`).toBe(true)
  }
})

test('a line breaks, and two events get lost: they meet within half a minute', async () => {
  for (let one = 0; one < 4; one++)
    for (let two = one + 1; two < 6; two++) {
      const { world, together } = await scene(705)
      await world.run(150 * SECOND)
      loses(world, 'anything', [one, two])
      for (const end of world.endpoints.values()) end.end('closed', 10)
      await world.run(SECOND / 10)
      expect(await world.run(30 * SECOND, together), `events ${one} and ${two}`).toBe(true)
    }
})
