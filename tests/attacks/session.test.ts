/**
 * What can be tried on people who know each other: cut lines, changed keys, floods, keys that are never renewed. Whole
 * messengers in the simulation; the numbers are those of the list of attacks.
 */
import { expect, test } from 'playwright/test'
import { compare, equal } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { publicKey } from '../../src/protocol/primitives.ts'
import type { SecretKey } from '../../src/protocol/primitives.ts'
import type { Line } from '../../src/chat/snapshot.ts'
import { enLine } from '../../src/screen/words/en-line.ts'
import { arrive, makeLink, meet, openLink } from '../simulation/meeting.ts'
import { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'
import { boxes, liveOf, MINUTE } from './help.ts'

const states = (person: Person) => person.rows().map((row) => row.state)

/** Every line that this person is shown of their first chat, in order, without repetition. */
function watchLine(person: Person): Line[] {
  const seen: Line[] = []
  person.page?.messenger.subscribe((snapshot) => {
    const line = snapshot.chats[0]?.line
    if (line && JSON.stringify(line) !== JSON.stringify(seen.at(-1))) seen.push(line)
  })
  return seen
}

test('attack 36: a line that is cut is called lost and never left, and what was not acknowledged waits for the next', async () => {
  const { world, a, b } = await meet(1, CALM)
  const id = a.contactId ?? ''
  void a.actions.send(id, 'heard')
  await world.run(5_000)
  world.trouble = { ...CALM, frameDrop: 1 }
  for (const text of ['one', 'two', 'three']) void a.actions.send(id, text)
  a.actions.openChat(id)
  await world.run(1_000)
  const shown = () => a.page?.messenger.snapshot.open?.messages.map((m) => m.state)
  expect(shown()).toEqual(['delivered', 'sent', 'sent', 'sent'])

  const seen = watchLine(a)
  for (const end of [...(a.page?.ends ?? []), ...(b.page?.ends ?? [])]) end.end('closed', 0)
  await world.run(10)
  expect(seen).toEqual([{ state: 'connecting', cause: 'lost' }])
  expect(enLine(seen[0]!, 'chat', 'Ben')).toEqual({ strong: 'Line lost, finding Ben…', rest: 'nothing is lost' })
  expect(shown()).toEqual(['delivered', 'queued', 'queued', 'queued'])
  expect(states(a)).toEqual(['delivered', 'queued', 'queued', 'queued'])

  b.kill()
  await world.run(10 * MINUTE)
  const said = seen.map((line) => Object.values(enLine(line, 'chat', 'Ben')).join(' '))
  expect(said.length).toBeGreaterThan(1)
  expect(said.filter((words) => /\b(left|gone|quit|ended|closed|hung up)\b/.test(words))).toEqual([])
  expect(states(a)).toEqual(['delivered', 'queued', 'queued', 'queued'])
  world.trouble = CALM
  b.open()
  await world.run(2 * MINUTE, () => states(a).every((state) => state === 'delivered'))
  expect(b.texts(false)).toEqual(['heard', 'one', 'two', 'three'])
})

test('attack 36: a goodbye is told from a cut', async () => {
  const { world, a, b } = await meet(2, CALM)
  const seen = watchLine(a)
  b.page?.messenger.leave()
  await world.run(1_000)
  expect(seen.map((line) => line.cause)).not.toContain('lost')
  expect(a.connected).toBe(false)
})

/** A pair that has met, one of whom is verified by the other and away; what waits for them is not for anybody else. */
async function waitingFor(seed: number): Promise<{ world: World; a: Person; b: Person }> {
  const { world, a, b } = await meet(seed, CALM)
  a.actions.markVerified(a.contactId ?? '', true)
  await world.run(1_000)
  b.kill()
  await world.run(MINUTE)
  void a.actions.send(a.contactId ?? '', 'for your eyes only')
  await world.run(1_000)
  return { world, a, b }
}

test('attack 58: the same person with another key is another contact: not verified, and nothing that waits is theirs', async () => {
  const { world, a, b } = await waitingFor(3)
  const before = structuredClone([...a.disk.contacts.values()])
  const same = await arrive(world)
  await openLink(same, await makeLink(a))
  expect(await world.run(MINUTE, () => same.connected)).toBe(true)
  await world.run(10 * MINUTE)
  const [old, fresh, ...more] = [...a.disk.contacts.values()]
  expect(old).toEqual(before[0])
  expect(fresh).toMatchObject({ verified: false, hintDismissed: false })
  expect(more).toEqual([])
  expect(equal(fresh!.key, old!.key)).toBe(false)
  expect([states(a), same.rows()]).toEqual([['queued'], []])
  // For whom it is, gets it.
  b.open()
  await world.run(20 * MINUTE, () => states(a)[0] === 'delivered')
  expect([b.texts(false), same.rows()]).toEqual([['for your eyes only'], []])
})

/** An identity that is as much larger or smaller than `than` as `like` is, so that it gets the same role. */
function identityLike(world: World, like: Bytes, than: Bytes): { identitySecret: Bytes; identityPublic: Bytes } {
  for (;;) {
    const identitySecret = world.random(32)
    const identityPublic = publicKey(identitySecret as SecretKey)
    if (compare(identityPublic, than) > 0 === compare(like, than) > 0) return { identitySecret, identityPublic }
  }
}

// Which of the two calls follows from their keys; these seeds give one of each.
for (const [seed, role] of [
  [4, 'is called'],
  [7, 'calls'],
] as const)
  test(`attack 58: who has a contact’s pair secrets and another key, and ${role}, gets nothing and changes nothing`, async () => {
    const { world, a, b } = await waitingFor(seed)
    const [mine, theirs] = [a.disk.profile!.identityPublic, b.disk.profile!.identityPublic]
    expect(compare(theirs, mine) > 0 ? 'calls' : 'is called').toBe(role)
    const thief = new Person(world)
    thief.disk.profile = { ...b.disk.profile!, ...identityLike(world, theirs, mine) }
    for (const [id, contact] of structuredClone([...b.disk.contacts])) thief.disk.contacts.set(id, contact)
    const before = structuredClone([...a.disk.contacts.values()])
    const said = boxes(world).length
    thief.open()
    await world.run(60 * MINUTE)
    expect(boxes(world).length, 'they try').toBeGreaterThan(said)
    expect([a.connected, thief.connected]).toEqual([false, false])
    expect([states(a), thief.rows()]).toEqual([['queued'], []])
    expect([...a.disk.contacts.values()]).toEqual(before)
    thief.kill()
    b.open()
    await world.run(20 * MINUTE, () => states(a)[0] === 'delivered')
    expect(b.texts(false)).toEqual(['for your eyes only'])
  })

test('attack 62: both come back at the same moment, thirty times: one calls, one answers, one line', async () => {
  let calls = 0
  for (let seed = 0; seed < 30; seed++) {
    const { world, a, b } = await meet(500 + seed, CALM)
    for (const who of [a, b]) who.kill()
    await world.run(world.fraction() * 30_000)
    const before = boxes(world).length
    for (const who of [a, b]) who.open()
    expect(await world.run(MINUTE, () => a.connected && b.connected), `seed ${seed}`).toBe(true)
    await world.run(20_000)
    // A HELLO that crosses the call brings a second one by the same side; the roles hold, and one line stays.
    calls += (boxes(world).length - before) / 2
    const lines = [a, b].map((p) => p.page?.ends.filter((end) => end.other && !end.closed))
    expect([lines[0]?.length, lines[0]?.[0]?.other], `seed ${seed}`).toEqual([1, lines[1]?.[0]])
    expect([liveOf(a)?.session.role, liveOf(b)?.session.role].sort()).toEqual(['initiator', 'responder'])
    void a.actions.send(a.contactId ?? '', 'one line')
    await world.run(5_000)
    expect([states(a), b.texts(false)], `seed ${seed}`).toEqual([['delivered'], ['one line']])
  }
  expect(calls).toBeLessThan(36)
})
