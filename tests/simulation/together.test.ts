/** What happens when everybody does the same thing at the same moment. */
import { expect, test } from 'playwright/test'
import { arrive, makeLink, meet, openLink } from './meeting.ts'
import { Person } from './person.ts'
import { RelayServer } from './relay-server.ts'
import { CALM, STORMY, World } from './world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

function measured(what: string): void {
  test.info().annotations.push({ type: 'measured', description: what })
}

/** The most of these moments that lie within one second. */
function peak(times: readonly number[]): number {
  return Math.max(0, ...times.map((at) => times.filter((t) => t >= at && t < at + SECOND).length))
}

test('both reload at the same moment, forty times: one line, within seconds', async () => {
  const took: number[] = []
  const { world, a, b } = await meet(1, CALM)
  for (let i = 0; i < 40; i++) {
    for (const who of [a, b]) who.kill()
    for (const who of [a, b]) who.open()
    const begin = world.now
    expect(await world.run(MINUTE, () => a.connected && b.connected), `reload ${i}`).toBe(true)
    took.push(world.now - begin)
    for (const who of [a, b]) expect(who.page?.ends.length, `reload ${i}: channels`).toBeLessThanOrEqual(2)
    await world.run(world.fraction() * 10 * SECOND)
  }
  measured(`both reload: at most ${Math.max(...took).toFixed(0)} ms`)
  expect(Math.max(...took)).toBeLessThan(5 * SECOND)
})

test('each opens the other’s link at the same moment: one conversation, and nobody is locked out', async () => {
  for (let seed = 0; seed < 10; seed++) {
    const world = new World(seed, seed % 2 === 0 ? CALM : { ...STORMY, openFails: 0.05 })
    const [a, b] = [await arrive(world), await arrive(world)]
    const links = [await makeLink(a), await makeLink(b)]
    await Promise.all([openLink(a, links[1]!), openLink(b, links[0]!)])
    const both = (): boolean => a.connected && b.connected
    expect(await world.run(20 * MINUTE, both), `seed ${seed}: they meet`).toBe(true)
    world.trouble = CALM
    await world.run(MINUTE)
    expect(await world.run(20 * MINUTE, both), `seed ${seed}: they stay together`).toBe(true)
    for (const who of [a, b]) {
      const confirmed = [...who.disk.contacts.values()].filter((c) => c.confirmed)
      expect(confirmed, `seed ${seed}: contacts`).toHaveLength(1)
      void who.actions.send(who.contactId ?? '', who === a ? 'from a' : 'from b')
    }
    expect(await world.run(20 * MINUTE, () => a.rows().length + b.rows().length === 4)).toBe(true)
    expect([a.texts(false), b.texts(false)], `seed ${seed}`).toEqual([['from b'], ['from a']])
    for (const who of [a, b]) who.kill()
    for (const who of [a, b]) who.open()
    expect(await world.run(20 * MINUTE, both), `seed ${seed}: they meet again`).toBe(true)
  }
})

test('two links of one person, accepted by two people at the same moment: two conversations', async () => {
  for (let seed = 40; seed < 46; seed++) {
    const world = new World(seed, CALM)
    const [a, c, d] = [await arrive(world), await arrive(world), await arrive(world)]
    const links = [await makeLink(a), await makeLink(a)]
    await Promise.all([openLink(c, links[0]!), openLink(d, links[1]!)])
    expect(await world.run(MINUTE, () => c.connected && d.connected), `seed ${seed}: they meet`).toBe(true)
    for (const who of [c, d]) void who.actions.send(who.contactId ?? '', who === c ? 'c' : 'd')
    expect(await world.run(MINUTE, () => a.rows().length === 2), `seed ${seed}: both are heard`).toBe(true)
    expect([...a.disk.messages.values()].map((rows) => rows.length)).toEqual([1, 1])
  }
})

test('twenty contacts come online together with the one they know: all connected, within the relay’s budget', async () => {
  const world = new World(7, CALM)
  const hub = await arrive(world)
  const friends: Person[] = []
  for (let i = 0; i < 20; i++) {
    const friend = await arrive(world)
    await openLink(friend, await makeLink(hub))
    expect(await world.run(MINUTE, () => friend.connected), `friend ${i}`).toBe(true)
    friends.push(friend)
  }
  const relay = new RelayServer(world)
  for (const who of [hub, ...friends]) who.kill()
  await world.run(MINUTE)
  for (const who of [hub, ...friends]) {
    who.relay = relay
    who.open()
  }
  const begin = world.now
  const took: number[] = []
  const all = (): boolean => {
    const there = friends.filter((friend) => friend.connected).length
    while (took.length < there) took.push(world.now - begin)
    return there === friends.length
  }
  await world.run(5 * MINUTE, all)
  const [half = 0, last = Infinity] = [took[9], took[19]]
  measured(
    `20 contacts: half after ${half.toFixed(0)} ms, all after ${last.toFixed(0)} ms; ${relay.published.length} events`,
  )
  expect(last).toBeLessThan(5 * SECOND)
  // Three a contact: a hello or its answer, a call, and the reply to it.
  expect(relay.published.length).toBeLessThanOrEqual(20 * 3 + 10)
  expect(Math.max(...relay.perSocket())).toBeLessThanOrEqual(24)
})

for (const [outage, within] of [
  [10 * SECOND, 40 * SECOND],
  [2 * MINUTE, 4.5 * MINUTE],
] as const)
  test(`a relay that is gone for ${outage / SECOND} s under fifty waiting pages: no storm, and all are back`, async () => {
    const world = new World(8, CALM)
    const relay = new RelayServer(world)
    const people = Array.from({ length: 50 }, () => new Person(world))
    for (const who of people) {
      who.relay = relay
      who.open()
    }
    await world.run(SECOND, () => people.every((who) => who.ready))
    for (const who of people) void who.actions.startChat()
    await world.run(MINUTE)
    const listening = (): boolean => relay.sockets.size === 50 && [...relay.sockets].every((s) => s.wants.size > 0)
    expect(listening()).toBe(true)
    expect(relay.published, 'a hello each').toHaveLength(50)

    relay.goDown()
    const [down, before] = [world.now, relay.tried.length]
    await world.run(outage)
    const during = relay.tried.slice(before)
    relay.comeBack()
    const up = world.now
    expect(await world.run(within, listening)).toBe(true)
    const back = world.now - up
    await world.run(MINUTE)
    const after = relay.tried.filter((at) => at >= up)
    const hellos = relay.published.slice(50)
    measured(
      `${during.length} tries in ${(up - down) / SECOND} s, at most ${peak(during)} in a second; all back after ` +
        `${(back / SECOND).toFixed(1)} s, at most ${peak(after)} tries in a second; ${hellos.length} events, at most ${peak(hellos)} in a second`,
    )
    // Twice each in the worst second, and less and less: 1, 2, 4 … s at most between two tries.
    expect(peak(during)).toBeLessThanOrEqual(2 * 50)
    expect(during.length).toBeLessThanOrEqual(50 * (2 + 2 * Math.log2(outage / SECOND)))
    expect(after).toHaveLength(50)
    expect(peak(after)).toBeLessThanOrEqual(25)
    expect(hellos, 'a hello each').toHaveLength(50)
    expect(peak(hellos)).toBeLessThanOrEqual(25)
  })
