/** What a relay, a second opener or a removed contact can try, against whole messengers in the simulation. */
import { expect, test } from 'playwright/test'
import { isHello } from '../../src/protocol/envelope.ts'
import { arrive, makeLink, meet, openLink } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'

const boxes = (world: World) => world.log.filter((e) => !isHello(e.content))

/** Repeats everything the relay ever saw to everyone who listens. */
async function replayAll(world: World): Promise<void> {
  for (const { topics, content } of [...world.log]) world.publish(topics, content)
  await world.run(5_000)
}

const dials = (person: Person): number => person.page?.ends.length ?? 0

test('an HS1 repeated while the invite is bound gets the same bytes again and no second channel', async () => {
  const world = new World(1, { ...CALM, openFails: 1 })
  const [a, b] = [await arrive(world), await arrive(world)]
  await openLink(b, await makeLink(a))
  await world.run(3_000, () => boxes(world).length >= 2)
  const [hs1, hs2] = boxes(world)
  const before = dials(a)
  world.publish(hs1!.topics, hs1!.content)
  await world.run(1_000)
  const again = boxes(world).slice(3)
  expect(again.map((e) => e.content)).toEqual([hs2!.content])
  expect(dials(a)).toBe(before)
})

test('everything a relay saw, repeated after confirmation, changes nothing on either side', async () => {
  const { world, a, b } = await meet(2, CALM)
  const disks = () =>
    JSON.stringify([a, b].map((p) => [...p.disk.contacts.values()].map((c) => [c.id, c.pairs, c.confirmed])))
  const [before, da, db] = [disks(), dials(a), dials(b)]
  await replayAll(world)
  expect(disks()).toBe(before)
  expect([dials(a), dials(b)]).toEqual([da, db])
  expect([a.connected, b.connected]).toEqual([true, true])
})

test('the same after A reloaded: the invite stays consumed', async () => {
  const { world, a, b } = await meet(3, CALM)
  a.kill()
  b.kill()
  a.open()
  await world.run(5_000, () => a.ready)
  const contacts = a.disk.contacts.size
  await replayAll(world)
  expect(a.disk.contacts.size).toBe(contacts)
  expect(dials(a)).toBe(0)
})

test('a second opener is told that the link is used, A is told of them, and the conversation goes on', async () => {
  const world = new World(4, CALM)
  const [a, b, c] = [await arrive(world), await arrive(world), await arrive(world)]
  const link = await makeLink(a)
  await openLink(b, link)
  await world.run(60_000, () => a.connected && b.connected)
  await world.run(30_000)
  await openLink(c, link)
  await world.run(10_000)
  expect(c.page?.messenger.snapshot.joins[0]?.phase).toBe('used')
  expect(c.disk.contacts.size).toBe(0)
  expect(a.page?.messenger.snapshot.alerts.map((x) => x.kind)).toEqual(['late-opener'])
  expect([a.connected, b.connected]).toEqual([true, true])
})

test('two people open one link at the same moment, a hundred times: exactly one is bound', async () => {
  for (let seed = 0; seed < 100; seed++) {
    const world = new World(10_000 + seed, CALM)
    const [a, b, c] = [await arrive(world), await arrive(world), await arrive(world)]
    const link = await makeLink(a)
    const opened = [b, c].map((p) => p.actions.openLink(link))
    await world.run(500)
    for (const [i, p] of [b, c].entries()) {
      const join = await opened[i]!
      if (join.ok) p.actions.join(join.id)
    }
    const used = (p: Person): boolean => p.page?.messenger.snapshot.joins[0]?.phase === 'used'
    await world.run(20_000, () => [b, c].some((p) => p.connected) && [b, c].some(used))
    expect([...a.disk.contacts.values()].length, `seed ${seed}`).toBe(1)
    expect([b, c].filter((p) => p.connected).length, `seed ${seed}`).toBe(1)
    expect([b, c].filter(used).length, `seed ${seed}`).toBe(1)
  }
})

test('a withdrawn link says so to who opens it later', async () => {
  const world = new World(5, CALM)
  const [a, c] = [await arrive(world), await arrive(world)]
  const link = await makeLink(a)
  a.actions.withdraw(a.page?.messenger.snapshot.invites[0]?.id ?? '')
  await world.run(1_000)
  expect([...a.disk.invites.values()].every((i) => i.fragment === undefined)).toBe(true)
  await openLink(c, link)
  await world.run(10_000)
  expect(c.page?.messenger.snapshot.joins[0]?.phase).toBe('withdrawn')
})

test('a removed contact meets silence, on the pair’s topics and on a new link', async () => {
  const { world, a, b } = await meet(6, CALM)
  a.actions.removeContact(a.contactId ?? '')
  await world.run(2_000)
  expect(a.disk.contacts.size).toBe(0)
  const sent = boxes(world).length
  void b.actions.send(b.contactId ?? '', 'are you there?')
  await openLink(b, await makeLink(a))
  await world.run(60_000)
  expect(a.disk.contacts.size).toBe(0)
  expect(a.rows()).toEqual([])
  expect(b.rows().map((r) => r.state)).toEqual(['queued'])
  expect(
    boxes(world)
      .slice(sent)
      .every((e) => e.content.length !== 0),
  ).toBe(true)
  expect(b.connected).toBe(false)
})

test('ten thousand pieces of junk on our topic make no channel, no reply and no change', async () => {
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

test('a disk that is full keeps nothing half: the message stays with its sender and comes later', async () => {
  const { world, a, b } = await meet(8, CALM)
  b.disk.refuse = 'full'
  void a.actions.send(a.contactId ?? '', 'a letter')
  await world.run(30_000)
  expect(b.rows()).toEqual([])
  expect(a.rows().map((r) => r.state)).toEqual(['queued'])
  expect(b.page?.messenger.snapshot.alerts.map((x) => x.kind)).toContain('storage-full')
  expect(await Promise.race([b.actions.send(b.contactId ?? '', 'mine'), world.run(5_000).then(() => 'still')])).toBe(
    false,
  )
  b.disk.refuse = undefined
  await world.run(3_600_000, () => a.rows()[0]?.state === 'delivered')
  expect(b.texts(false)).toEqual(['a letter'])
})

test('nobody who is stopped by a mismatch is answered or written to', async () => {
  const { world, a, b } = await meet(9, CALM)
  const foreign = b.actions.safety(b.contactId ?? '')!.payload.slice()
  foreign[10]! ^= 1
  const outcome = a.actions.scanned(a.contactId ?? '', foreign)
  await world.run(1_000)
  expect(await outcome).toBe('mismatch')
  expect(a.connected).toBe(false)
  void b.actions.send(b.contactId ?? '', 'hello?')
  await world.run(600_000)
  expect(a.rows()).toEqual([])
  expect(b.rows().map((r) => r.state)).toEqual(['queued'])
  const match = a.actions.scanned(a.contactId ?? '', b.actions.safety(b.contactId ?? '')!.payload)
  await world.run(1_000)
  expect(await match).toBe('match')
  await world.run(3_600_000, () => b.rows()[0]?.state === 'delivered')
  expect(a.texts(false)).toEqual(['hello?'])
})

test('a join that is left leaves nothing behind, even when its contact was already stored unconfirmed', async () => {
  const world = new World(11, CALM)
  const [a, b] = [await arrive(world), await arrive(world)]
  const id = await openLink(b, await makeLink(a))
  await world.run(5_000, () => b.disk.contacts.size === 1)
  a.kill()
  await world.run(30_000)
  if (b.connected) return
  b.actions.forget(id)
  await world.run(1_000)
  expect([b.disk.joins.size, b.disk.contacts.size]).toEqual([0, 0])
})
