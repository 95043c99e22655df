/** One side comes back with an older copy of its disk: nobody is locked out, nobody goes on without being asked. */
import { expect, test } from 'playwright/test'
import { meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'
import type { World } from '../simulation/world.ts'

const lineOf = (person: Person) => person.page?.messenger.snapshot.chats[0]?.line

/** Meets again often enough that no copy from before knows any of the secrets in use. */
async function meetAgain(world: World, a: Person, b: Person, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    a.kill()
    await world.run(20_000)
    a.open()
    expect(await world.run(600_000, () => a.connected && b.connected)).toBe(true)
  }
}

/** The contacts of one disk, put back to an earlier moment. */
async function restored(seed: number, which: 'a' | 'b'): Promise<{ world: World; a: Person; b: Person }> {
  const { world, a, b } = await meet(seed, CALM)
  const old = which === 'a' ? a : b
  const copy = structuredClone([...old.disk.contacts])
  await meetAgain(world, a, b, 3)
  old.kill()
  await world.run(20_000)
  for (const [id, contact] of copy) old.disk.contacts.set(id, contact)
  old.open()
  await world.run(60_000)
  return { world, a, b }
}

for (const [seed, which] of [
  [1, 'a'],
  [2, 'b'],
  [3, 'a'],
  [4, 'b'],
] as const) {
  test(`an older copy on side ${which} is asked about on both sides, and goes on only when both say so (seed ${seed})`, async () => {
    const { world, a, b } = await restored(seed, which)
    expect([lineOf(a), lineOf(b)]).toEqual([0, 1].map(() => ({ state: 'failed', cause: 'restored' })))
    void a.actions.send(a.contactId ?? '', 'still me')
    a.actions.letRecover(a.contactId ?? '')
    await world.run(60_000)
    expect([a.connected, b.connected]).toEqual([false, false])
    expect(lineOf(a)).toEqual({ state: 'waiting', cause: 'continued' })
    expect(lineOf(b)).toEqual({ state: 'failed', cause: 'restored' })
    b.actions.letRecover(b.contactId ?? '')
    expect(await world.run(60_000, () => a.connected && b.connected)).toBe(true)
    await world.run(10_000)
    expect(b.texts(false)).toEqual(['still me'])
    // From here on they meet without being asked.
    await meetAgain(world, a, b, 2)
  })
}

/** Until both are asked, and no longer. */
async function asked(seed: number, which: 'a' | 'b'): Promise<{ world: World; a: Person; b: Person }> {
  const { world, a, b } = await restored(seed, which)
  for (const person of [a, b]) person.kill()
  await world.run(60_000)
  for (const person of [a, b]) person.open()
  const isAsked = (person: Person) => lineOf(person)?.cause === 'restored'
  expect(await world.run(60_000, () => isAsked(a) && isAsked(b))).toBe(true)
  return { world, a, b }
}

for (const [seed, which, first] of [
  [1, 'a', 'a'],
  [1, 'a', 'b'],
  [2, 'b', 'a'],
  [2, 'b', 'b'],
  [3, 'a', 'a'],
  [4, 'b', 'b'],
] as const)
  for (const apart of [1, 100, 1000])
    test(`both say so at once, an older copy on side ${which}: they meet (seed ${seed}, ${first} first, ${apart} ms apart)`, async () => {
      const { world, a, b } = await asked(seed, which)
      for (const person of first === 'a' ? [a, b] : [b, a]) {
        person.actions.letRecover(person.contactId ?? '')
        await world.run(apart)
      }
      expect(await world.run(60_000, () => a.connected && b.connected)).toBe(true)
    })

test('“stop” is an answer too: nothing goes on', async () => {
  const { world, a, b } = await restored(5, 'a')
  a.actions.letRecover(a.contactId ?? '')
  b.actions.stop(b.contactId ?? '')
  await world.run(700_000)
  expect([a.connected, b.connected]).toEqual([false, false])
  expect(lineOf(b)).toEqual({ state: 'failed', cause: 'stopped' })
})

test('“continue” on one side is worth ten minutes', async () => {
  const { world, a, b } = await restored(6, 'b')
  a.actions.letRecover(a.contactId ?? '')
  await world.run(11 * 60_000)
  expect(lineOf(a)?.cause).not.toBe('continued')
  b.actions.letRecover(b.contactId ?? '')
  await world.run(60_000)
  expect([a.connected, b.connected]).toEqual([false, false])
})
