/** Somebody known joins by another link, at the same moment as the two would have met anyway: nobody is locked out. */
import { expect, test } from 'playwright/test'
import { isHello } from '../../src/protocol/envelope.ts'
import { arrive, makeLink, meet, openLink } from '../simulation/meeting.ts'
import { CALM, World } from '../simulation/world.ts'

test('a second link between contacts, opened while both were away, thirty times', async () => {
  for (let seed = 0; seed < 30; seed++) {
    const { world, a, b } = await meet(20_000 + seed, CALM)
    const link = await makeLink(a)
    a.kill()
    b.kill()
    await world.run(20_000)
    b.open()
    await world.run(1_000, () => b.ready)
    await openLink(b, link)
    await world.run(2_000)
    b.kill()
    a.open()
    b.open()
    expect(await world.run(120_000, () => a.connected && b.connected), `seed ${seed}: they meet`).toBe(true)
    for (const who of [a, b]) who.kill()
    await world.run(20_000)
    for (const who of [a, b]) who.open()
    expect(await world.run(120_000, () => a.connected && b.connected), `seed ${seed}: and meet again`).toBe(true)
  }
})

test('old calls, repeated without end, do not use up an invite', async () => {
  const world = new World(2, CALM)
  const [a, b] = [await arrive(world), await arrive(world)]
  const link = await makeLink(a)
  a.kill()
  await openLink(b, link)
  await world.run(3_000)
  b.kill()
  b.open()
  await world.run(3_000)
  const stale = world.log.filter((e) => !isHello(e.content))
  b.kill()
  a.open()
  await world.run(2_000, () => a.ready)
  for (let i = 0; i < 240; i++) {
    for (const { topics, content } of stale) world.publish(topics, content)
    await world.run(3_000)
  }
  b.open()
  expect(await world.run(120_000, () => a.connected && b.connected)).toBe(true)
})

test('who is removed while a handshake of theirs is under way does not come back through it', async () => {
  const { world, a, b } = await meet(3, CALM)
  await openLink(b, await makeLink(a))
  await world.run(2_000, () => [...(a.page?.messenger.state?.links.values() ?? [])].some((l) => l.attempts.length > 0))
  a.actions.removeContact(a.contactId ?? '')
  await world.run(60_000)
  expect(a.disk.contacts.size).toBe(0)
})

test('a full disk and a link that expires: no storm, and the line is not called open when it is gone', async () => {
  const world = new World(4, CALM)
  const [a, b] = [await arrive(world), await arrive(world)]
  const [first, second] = [await makeLink(a), await makeLink(a)]
  expect(first).not.toBe(second)
  // The day of the other link ends while the two are connected.
  const expiresAt = [...a.disk.invites.values()][0]?.expiresAt ?? 0
  for (const person of [a, b]) person.kill()
  world.now = expiresAt - 60_000
  for (const person of [a, b]) person.open()
  await world.run(2_000, () => a.ready && b.ready)
  await openLink(b, second)
  await world.run(20_000, () => a.connected && b.connected)
  a.disk.refuse = 'full'
  const refused = a.disk.refused
  await world.run(60_000)
  b.kill()
  for (const end of a.page?.ends ?? []) end.closed = true
  await world.run(60_000)
  expect(a.connected).toBe(false)
  expect(a.disk.refused - refused).toBeGreaterThan(0)
  expect(a.disk.refused - refused).toBeLessThan(10)
})
