/** Too much of everything, from a relay or over the line, and keys that somebody does not want renewed. */
import { expect, test } from 'playwright/test'
import { ANSWERS_PER_MINUTE, CALLS_PER_MINUTE, REKEY_EVERY, REKEY_WITHIN } from '../../src/chat/limits.ts'
import type { Link } from '../../src/chat/state.ts'
import { obey, Page, say, startOddRelay, topic } from '../net/support.ts'
import { arrive, makeLink, meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'
import { dials, HOUR, liveOf, MINUTE, Puppet } from './help.ts'

const linksOf = (person: Person): readonly Link[] => [...(person.page?.messenger.state?.links.values() ?? [])]

test('attack 63: ten thousand pieces of junk on our topic make no channel, no reply and no change', async () => {
  const world = new World(7, CALM)
  const a = await arrive(world)
  await makeLink(a)
  await world.run(1_000)
  const [topic] = [...world.subscribers.values()].flatMap((s) => [...s.topics])
  const published = world.log.length
  const state = a.page?.messenger.state?.links
  for (let i = 0; i < 10_000; i++) {
    const size = world.pick([1, 184, 664, 1897, 2409, 3433, 5000])
    for (const s of world.subscribers.values()) {
      s.on({
        type: 'arrived',
        relay: 'r',
        topics: [{ topic: topic!, index: 0 }],
        content: new Uint8Array(size).fill(i),
      })
    }
  }
  await world.run(1_000)
  expect(world.log.length).toBe(published)
  expect(dials(a)).toBe(0)
  expect(a.page?.messenger.state?.links).toEqual(state)
})

test('attack 63: all that a relay ever saw, ten thousand times in any order and up to ten minutes late, is bounded and over when it is over', async () => {
  const { world, a, b } = await meet(8, CALM)
  for (let i = 0; i < 6; i++) {
    world.pick([a, b]).kill()
    await world.run(20_000)
    for (const who of [a, b]) if (!who.page) who.open()
    await world.run(MINUTE, () => a.connected && b.connected)
  }
  const seen = [...world.log]
  for (const who of [a, b]) who.kill()
  await world.run(20_000)
  for (const who of [a, b]) who.open()
  const most = { answered: 0, calls: 0 }
  for (let i = 0; i < 100; i++) {
    for (let k = 0; k < 100; k++) {
      const { topics, content } = world.pick(seen)
      world.after(world.fraction() * 6_000, () => world.publish(topics, content))
    }
    await world.run(6_000)
    for (const { answered, spent } of [a, b].flatMap(linksOf)) {
      most.answered = Math.max(most.answered, answered.length)
      most.calls = Math.max(most.calls, spent.length)
    }
  }
  expect(most).toEqual({ answered: ANSWERS_PER_MINUTE, calls: CALLS_PER_MINUTE })
  expect(await world.run(2 * MINUTE, () => a.connected && b.connected)).toBe(true)
  void a.actions.send(a.contactId ?? '', 'after the flood')
  await world.run(5_000)
  expect(b.texts(false)).toEqual(['after the flood'])
})

test('attack 63: a relay that pours out ten thousand events at once is heard for a moment, whatever time they claim', async () => {
  const mine = topic()
  const YEARS = 10 * 365 * 86_400
  const now = Math.floor(Date.now() / 1_000)
  const claimed = [0, 1, now - YEARS, now, now + 600, now + YEARS, 2 ** 32]
  const event = (at: number) => ({
    id: topic(),
    pubkey: topic(),
    created_at: claimed[at % claimed.length],
    kind: 21059,
    tags: [['p', mine]],
    content: Buffer.alloc(300, `${at}`).toString('base64'),
    sig: topic() + topic(),
  })
  let flood = claimed.length
  const relay = await startOddRelay((received) => {
    obey(received)
    if (received.message[0] !== 'REQ') return
    for (let at = 0; at < flood; at++) say(received.socket, 'EVENT', received.message[1], event(at))
  })
  const calm = new Page().start(relay.url)
  calm.rendezvous.listen([mine])
  await expect.poll(() => calm.arrived().length).toBe(claimed.length)
  calm.rendezvous.stop()

  flood = 10_000
  const page = new Page().start(relay.url)
  page.rendezvous.listen([mine])
  await expect.poll(() => page.states().at(-1)).toBe('closed')
  expect(page.arrived().length).toBeLessThanOrEqual(600)
  page.clock.advance(9 * MINUTE)
  page.rendezvous.nudge()
  expect(page.states().filter((state) => state === 'connecting')).toHaveLength(1)
  page.rendezvous.stop()
  await relay.close()
})

// Instead of pausing what is sent, a session that is not renewed in time ends, and a new one begins.
test('attack 68: a session whose renewal is swallowed ends, and a new one carries on', async () => {
  const { world, a, b } = await meet(2, CALM)
  const peers = [liveOf(a)?.peer, liveOf(b)?.peer]
  const initiator = liveOf(a)?.session.role === 'initiator' ? a : b
  // The wire loses exactly the frames that are as large as a renewal.
  for (const end of initiator.page?.ends ?? []) {
    const send = end.send.bind(end)
    end.send = (bytes) => (bytes.length === 2048 ? undefined : send(bytes))
  }
  await world.run(61 * MINUTE)
  expect(liveOf(initiator)?.rekeying).toBe(true)
  await world.run(10 * MINUTE, () => liveOf(a) !== undefined && liveOf(a)?.peer !== peers[0] && b.connected)
  expect(liveOf(a)?.peer).not.toBe(peers[0])
  void a.actions.send(a.contactId ?? '', 'still here')
  await world.run(MINUTE, () => b.texts(false).length === 1)
  expect(b.texts(false)).toEqual(['still here'])
})

for (const role of ['initiator', 'responder'] as const)
  test(`attack 68: ${role} of the session, the other side keeps the line alive and renews nothing: it is left in time`, async () => {
    const { world, a, b } = await meet(3, CALM)
    const [honest, hostile] = liveOf(a)?.session.role === role ? [b, a] : [a, b]
    const puppet = new Puppet(hostile)
    expect(puppet.role).toBe(role)
    const began = world.now
    while (puppet.connected && world.now - began < 3 * HOUR) {
      puppet.send({ type: 'ping' })
      await world.run(4_000)
    }
    const lasted = world.now - began
    expect(lasted).toBeGreaterThan(REKEY_EVERY)
    expect(lasted).toBeLessThan(REKEY_EVERY + REKEY_WITHIN + 10_000)
    expect(honest.connected).toBe(false)
  })
