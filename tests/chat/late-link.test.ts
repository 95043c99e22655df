/** A join whose contact is stored and not confirmed when the link's time is over: its secret goes, what may still lead on stays. */
import { expect, test } from 'playwright/test'
import { arrive, makeLink, openLink } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const phase = (person: Person) => person.page?.messenger.snapshot.joins[0]?.phase
const unconfirmed = (person: Person) => [...person.disk.contacts.values()].filter((c) => !c.confirmed).length

/** Everything that this page holds and its disk keeps, as text. */
function written(person: Person): string {
  const { state } = person.page!.messenger
  return JSON.stringify([[...state!.joins.values()], [...person.disk.joins.values()]])
}

test('nobody confirms: the secret goes with the link’s time, the contact a week later', async () => {
  const world = new World(31, { ...CALM, frameDrop: 1 })
  const [a, b] = [await arrive(world), await arrive(world)]
  const link = (await makeLink(a)).replace('#/join/', '')
  await openLink(b, link)
  expect(await world.run(60_000, () => unconfirmed(b) === 1)).toBe(true)
  a.kill()
  await world.run(20 * HOUR)
  expect(written(b)).toContain(link)
  await world.run(5 * HOUR)
  expect(written(b)).not.toContain(link)
  expect(b.disk.joins.size).toBe(0)
  expect(phase(b)).toBe('expired')
  expect(unconfirmed(b)).toBe(1)
  await world.run(8 * DAY)
  expect(unconfirmed(b)).toBe(0)
})

test('the inviter confirmed and only ACK was lost: after the link’s time the two still find each other', async () => {
  const world = new World(32, CALM)
  const [a, b] = [await arrive(world), await arrive(world)]
  await openLink(b, await makeLink(a))
  await world.run(60_000, () => (a.page?.ends.length ?? 0) > 0)
  for (const end of a.page?.ends ?? []) end.send = () => undefined
  expect(await world.run(60_000, () => a.contactId !== undefined)).toBe(true)
  expect(unconfirmed(b)).toBe(1)
  a.kill()
  await world.run(25 * HOUR)
  expect(phase(b)).toBe('expired')
  a.open()
  expect(await world.run(HOUR, () => a.connected && b.connected)).toBe(true)
  // The chat is there now; that the link is over is no news any more.
  expect(phase(b)).toBeUndefined()
  void a.actions.send(a.contactId ?? '', 'so late')
  await world.run(HOUR, () => b.texts(false).length === 1)
  expect(b.texts(false)).toEqual(['so late'])
})
