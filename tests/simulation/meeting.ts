/** How two people come together in the simulation. */
import { expect } from 'playwright/test'
import { strangers } from './contacts.ts'
import { Person } from './person.ts'
import { World } from './world.ts'
import type { Trouble } from './world.ts'

/** A new person whose page is open and ready. */
export async function arrive(world: World): Promise<Person> {
  const person = new Person(world)
  person.open()
  await world.run(5_000, () => person.ready)
  return person
}

/** A new person whose page begins with so many contacts, who are never there. */
export async function arriveAmong(world: World, count: number): Promise<Person> {
  const person = await arrive(world)
  for (const contact of strangers(world, count)) person.disk.contacts.set(contact.id, contact)
  person.kill()
  person.open()
  return person
}

/** Makes a link; returns its fragment. */
export async function makeLink(person: Person): Promise<string> {
  const made = person.actions.startChat()
  await person.world.run(1_000)
  expect((await made).ok).toBe(true)
  return person.page?.messenger.snapshot.invites[0]?.fragment ?? ''
}

/** Opens a link and presses Join; returns the join's id. */
export async function openLink(person: Person, fragment: string): Promise<string> {
  const opened = person.actions.openLink(fragment)
  await person.world.run(1_000)
  const join = await opened
  if (!join.ok) throw new Error(`the link is ${join.why}`)
  person.actions.join(join.id)
  return join.id
}

/** Two people in one confirmed conversation; `began`: when their world does, Unix ms. */
export async function meet(
  seed: number,
  trouble: Trouble,
  began?: number,
): Promise<{ world: World; a: Person; b: Person }> {
  const world = new World(seed, trouble)
  world.now = began ?? world.now
  const [a, b] = [await arrive(world), await arrive(world)]
  await openLink(b, await makeLink(a))
  const met = await world.run(3_600_000, () => a.connected && b.connected)
  expect(met, `seed ${seed}: they meet`).toBe(true)
  return { world, a, b }
}

/** Ms until the two meet again after `b` was away for a minute, while this happens four times a second; Infinity: not within an hour. */
export async function reunionUnder(act: () => void, world: World, a: Person, b: Person): Promise<number> {
  let on = true
  const again = (): void => {
    if (!on) return
    act()
    world.after(250, again)
  }
  again()
  await world.run(30_000)
  b.kill()
  await world.run(60_000)
  b.open()
  const began = world.now
  const met = await world.run(3_600_000, () => a.connected && b.connected)
  on = false
  return met ? world.now - began : Infinity
}
