/**
 * What a relay, or somebody else who has the link, can do while two people meet, against whole messengers in the simulation.
 * The numbers are those of the list of attacks.
 */
import { expect, test } from 'playwright/test'
import { decodeCall } from '../../src/protocol/call.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { inviteFragment, makeInvite, parseInvite } from '../../src/protocol/invite.ts'
import { arrive, makeLink, meet, openLink } from '../simulation/meeting.ts'
import { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'
import { alertsOf, boxes, dials, HOUR, joinOf, MINUTE, openWithLink, replayAll } from './help.ts'

/** A world in which every handshake succeeds and no line ever opens: who came first stays where they are. */
const NO_LINE = { ...CALM, openFails: 1 }

const isUsed = (person: Person): boolean => joinOf(person)?.phase === 'used'
const inviteOf = (person: Person) => [...person.disk.invites.values()][0]
const keyOf = (person: Person): string => toHex(person.disk.profile?.identityPublic ?? new Uint8Array())
const contactKeys = (person: Person): readonly string[] => [...person.disk.contacts.values()].map((c) => toHex(c.key))

test('attack 4: an HS1 repeated while the invite is bound gets the same bytes again and no second channel', async () => {
  const world = new World(1, NO_LINE)
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

test('attack 4: nor does it help to repeat it before there is an answer', async () => {
  const world = new World(2, NO_LINE)
  const [a, b] = [await arrive(world), await arrive(world)]
  const link = await makeLink(a)
  await openLink(b, link)
  await world.run(3_000, () => boxes(world).length >= 1)
  const [hs1] = boxes(world)
  for (let i = 0; i < 20; i++) world.publish(hs1!.topics, hs1!.content)
  await world.run(1_000)
  expect(dials(a)).toBe(1)
  const answers = openWithLink(world, link).filter((e) => e.from === 'r')
  expect(answers.map((e) => e.kind)).toContain('hs2')
  expect(new Set(answers.map((e) => toHex(e.body))).size).toBe(1)
})

// Not quite a drop: the same HS1 gets the same HS2 as long as that page lives, an older one a HELLO, for who really calls.
for (const reloads of [false, true])
  test(`attack 5: everything a relay saw, repeated after confirmation${reloads ? ' and a reload' : ''}, changes nothing`, async () => {
    const { world, a, b } = await meet(3, CALM)
    if (reloads) {
      a.kill()
      b.kill()
      a.open()
    }
    await world.run(MINUTE)
    const rows = (p: Person) => [...p.disk.contacts.values(), ...p.disk.invites.values(), ...p.disk.joins.keys()]
    const disks = () => JSON.stringify([a, b].map(rows))
    const handshakes = () => new Set(boxes(world).map((e) => toHex(e.content)))
    const [before, said, lines] = [disks(), handshakes(), [dials(a), dials(b)]]
    await replayAll(world)
    expect(disks()).toBe(before)
    expect([dials(a), dials(b)]).toEqual(lines)
    expect(handshakes(), 'nothing new is said').toEqual(said)
    expect(alertsOf(a)).toEqual([])
    expect([a.connected, b.connected]).toEqual([!reloads, !reloads])
    expect(inviteOf(a)).toMatchObject({ state: 'confirmed' })
    expect(inviteOf(a)).not.toHaveProperty('fragment')
  })

test('attack 9: two people open one link at the same moment, fifty times: exactly one is bound', async () => {
  for (let seed = 0; seed < 50; seed++) {
    const world = new World(10_000 + seed, CALM)
    const [a, b, c] = [await arrive(world), await arrive(world), await arrive(world)]
    const link = await makeLink(a)
    await Promise.all([openLink(b, link), openLink(c, link)])
    await world.run(20_000, () => [b, c].some((p) => p.connected) && [b, c].some(isUsed))
    const [winner, loser] = b.connected ? [b, c] : [c, b]
    expect([winner.connected, loser.connected, isUsed(loser)], `seed ${seed}`).toEqual([true, false, true])
    expect(contactKeys(a), `seed ${seed}`).toEqual([keyOf(winner)])
    expect(toHex(inviteOf(a)?.boundTo ?? new Uint8Array()), `seed ${seed}`).toBe(keyOf(winner))
    expect([loser.disk.contacts.size, loser.disk.joins.size], `seed ${seed}`).toEqual([0, 0])
  }
})

test('attack 10: a thief came first and stayed: the second is told, and so is the inviter', async () => {
  const world = new World(4, CALM)
  const [a, thief, b] = [await arrive(world), await arrive(world), await arrive(world)]
  const link = await makeLink(a)
  await openLink(thief, link)
  await world.run(MINUTE, () => a.connected && thief.connected)
  await world.run(30_000)
  await openLink(b, link)
  await world.run(10_000)
  expect(isUsed(b)).toBe(true)
  expect(b.disk.contacts.size).toBe(0)
  expect(alertsOf(a)).toMatchObject([{ kind: 'late-opener', chatId: a.contactId }])
  expect([a.connected, thief.connected]).toEqual([true, true])
  expect([...a.disk.contacts.values()].map((c) => c.verified)).toEqual([false])
  // Whoever does not look now is told later, until they have understood.
  const again = async () => {
    a.kill()
    a.open()
    await world.run(1_000, () => a.ready)
    return alertsOf(a)
  }
  const told = await again()
  expect(told).toMatchObject([{ kind: 'late-opener', chatId: a.contactId }])
  a.actions.dismissAlert(told[0]!.id)
  await world.run(1_000)
  expect([alertsOf(a), await again()]).toEqual([[], []])
})

test('attack 10: a thief came first and is not done: the second hears it from the inviter’s own key', async () => {
  const world = new World(5, NO_LINE)
  const [a, thief, b] = [await arrive(world), await arrive(world), await arrive(world)]
  b.actions.setName('Ben')
  const link = await makeLink(a)
  await openLink(thief, link)
  await world.run(3_000, () => inviteOf(a)?.state === 'bound')
  await openLink(b, link)
  await world.run(10_000, () => isUsed(b))
  expect(isUsed(b)).toBe(true)
  // No notice, which whoever holds the link could have made.
  expect(
    openWithLink(world, link)
      .filter((e) => e.from === 'r')
      .map((e) => e.kind),
  ).not.toContain('notice')
  expect(alertsOf(a)).toMatchObject([{ kind: 'late-opener', name: 'Ben' }])
  expect(toHex(inviteOf(a)?.boundTo ?? new Uint8Array())).toBe(keyOf(thief))
  // Once the first is let in, it is told in that chat.
  Object.assign(world, { trouble: CALM })
  await world.run(10 * MINUTE, () => a.connected)
  expect(alertsOf(a)).toMatchObject([{ kind: 'late-opener', name: 'Ben', chatId: a.contactId }])
})

test('attack 11: who reloads in the middle of the handshake is let in again, and the first try is dead', async () => {
  let again = 0
  for (let at = 0; at < 200; at += 10) {
    const world = new World(6, CALM)
    const [a, b] = [await arrive(world), await arrive(world)]
    const link = await makeLink(a)
    const calls = () => openWithLink(world, link).filter((e) => e.kind === 'hs1')
    await openLink(b, link)
    await world.run(3_000, () => calls().length > 0)
    await world.run(at, () => b.connected)
    const before = calls().length
    b.kill()
    b.open()
    expect(await world.run(2 * MINUTE, () => a.connected && b.connected), `after ${at} ms`).toBe(true)
    if (calls().length > before) again++
    const ephemerals = calls().map((e) => toHex(decodeCall(e.body).message.slice(0, 32)))
    expect(new Set(ephemerals).size, `after ${at} ms: every call has a key of its own`).toBe(ephemerals.length)
    expect([contactKeys(a), contactKeys(b)], `after ${at} ms`).toEqual([[keyOf(b)], [keyOf(a)]])
    const lines = [dials(a), dials(b)]
    await replayAll(world)
    expect([dials(a), dials(b)], `after ${at} ms: the old ones repeated`).toEqual(lines)
    expect([a.connected, b.connected], `after ${at} ms`).toEqual([true, true])
  }
  expect(again, 'reloads before the contact was stored').toBeGreaterThan(3)
})

/** Runs just so many tasks of the world: each is one thing that happens to somebody. */
async function runTasks(world: World, count: number, done: () => boolean): Promise<boolean> {
  let left = count
  await world.run(MINUTE, () => done() || left-- <= 0)
  return done()
}

test('attack 12: the inviter’s page dies at any point of the handshake: the joiner gets in, and nobody else', async () => {
  let [points, bound] = [0, 0]
  for (let over = false; !over; points++) {
    const world = new World(7, CALM)
    const [a, b, c] = [await arrive(world), await arrive(world), await arrive(world)]
    const link = await makeLink(a)
    await openLink(b, link)
    await world.run(3_000, () => boxes(world).length > 0)
    over = await runTasks(world, points, () => a.connected && b.connected)
    const what = `after ${points} steps`
    const consumed = toHex(inviteOf(a)?.boundTo ?? new Uint8Array()) === keyOf(b)
    const replied = openWithLink(world, link).some((e) => e.kind === 'hs2')
    expect(consumed || !replied, `${what}: on disk before the reply`).toBe(true)
    if (consumed && !replied) bound++
    a.kill()
    await world.run(5_000)
    a.open()
    expect(await world.run(2 * MINUTE, () => a.connected && b.connected), what).toBe(true)
    await openLink(c, link)
    await world.run(2 * MINUTE, () => isUsed(c))
    expect([contactKeys(a), contactKeys(b), contactKeys(c)], what).toEqual([[keyOf(b)], [keyOf(a)], []])
    expect(isUsed(c), what).toBe(true)
    expect(inviteOf(a), what).toMatchObject({ state: 'confirmed' })
  }
  expect(points).toBeGreaterThan(20)
  expect(bound, 'deaths between the consumption and the reply').toBeGreaterThan(2)
})

test('attack 13: a withdrawn link says so to who opens it later, and its secret is gone', async () => {
  const world = new World(8, CALM)
  const [a, c] = [await arrive(world), await arrive(world)]
  const link = await makeLink(a)
  a.actions.withdraw(a.page?.messenger.snapshot.invites[0]?.id ?? '')
  await world.run(1_000)
  expect(inviteOf(a)).toMatchObject({ state: 'withdrawn' })
  expect(inviteOf(a)).not.toHaveProperty('fragment')
  await openLink(c, link)
  await world.run(10_000)
  expect(joinOf(c)?.phase).toBe('withdrawn')
  expect([dials(a), c.disk.joins.size]).toEqual([0, 0])
})

test('attack 13: an expired link says so for a week to who believes it is not, and then nothing; its secret goes at once', async () => {
  const world = new World(9, CALM)
  const a = await arrive(world)
  const link = await makeLink(a)
  await world.run(24 * HOUR)
  expect(inviteOf(a)).toMatchObject({ state: 'expired' })
  expect(inviteOf(a)).not.toHaveProperty('fragment')
  const late = await slow(world, 25 * HOUR)
  await openLink(late, link)
  await world.run(10_000)
  expect(joinOf(late)?.phase).toBe('expired')

  await world.run(7 * 24 * HOUR)
  expect(inviteOf(a)).toBeUndefined()
  const later = await slow(world, 9 * 24 * HOUR)
  const answers = () => openWithLink(world, link).filter((e) => e.from === 'r').length
  const before = answers()
  await openLink(later, link)
  await world.run(MINUTE)
  expect(joinOf(later)).toMatchObject({ phase: 'joining', line: { cause: 'inviter-absent' } })
  expect([answers(), dials(a)]).toEqual([before, 0])
})

/** Somebody whose clock is behind. */
async function slow(world: World, behind: number): Promise<Person> {
  const person = new Person(world)
  person.skew = -behind
  person.open()
  await world.run(5_000, () => person.ready)
  return person
}

test('attack 13: a link that ran out while its maker was away is not bound by a call from before', async () => {
  const world = new World(10, CALM)
  const a = await arrive(world)
  const link = await makeLink(a)
  a.kill()
  const b = await slow(world, 25 * HOUR)
  await openLink(b, link)
  await world.run(5_000)
  const [call] = boxes(world)
  await world.run(24 * HOUR)
  a.open()
  // The relay has the old call ready for the first moment in which somebody listens.
  for (let i = 0; i < 200; i++) {
    await world.run(20)
    if (world.subscribers.size > 1) world.publish(call!.topics, call!.content)
  }
  await world.run(MINUTE)
  expect(inviteOf(a)).toMatchObject({ state: 'expired' })
  expect(inviteOf(a)).not.toHaveProperty('fragment')
  expect([contactKeys(a), contactKeys(b)]).toEqual([[], []])
})

test('attack 13: a link to somebody’s key that they never made meets silence', async () => {
  const world = new World(11, CALM)
  const [a, c] = [await arrive(world), await arrive(world)]
  const invite = parseInvite((await makeLink(a)).replace('#/join/', ''))
  const forged = inviteFragment(makeInvite({ ...invite, secret: world.random(32) }))
  await openLink(c, forged)
  await world.run(MINUTE)
  expect(joinOf(c)).toMatchObject({ phase: 'joining', line: { state: 'waiting', cause: 'inviter-absent' } })
  expect(openWithLink(world, forged).filter((e) => e.from === 'r')).toEqual([])
  expect([dials(a), inviteOf(a)?.state]).toEqual([0, 'open'])
})
