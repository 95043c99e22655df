/** Who is removed or stopped meets silence; what a disk refuses, or a person leaves, is neither claimed nor kept. */
import { expect, test } from 'playwright/test'
import { boxes } from '../attacks/help.ts'
import { arrive, makeLink, meet, openLink } from '../simulation/meeting.ts'
import { CALM, World } from '../simulation/world.ts'

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
