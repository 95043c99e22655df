import { expect, test } from 'playwright/test'
import { arrive, makeLink, meet, openLink } from './meeting.ts'
import type { Person } from './person.ts'
import { CALM, STORMY, World } from './world.ts'

/** Two people who found each other although their pages died and came back meanwhile: no order of this may lock them out. */
async function meetInStorm(seed: number): Promise<{ world: World; a: Person; b: Person }> {
  const world = new World(seed, { ...STORMY, openFails: 0.05 })
  const [a, b] = [await arrive(world), await arrive(world)]
  await openLink(b, await makeLink(a))
  for (let i = 0; i < 12; i++) {
    const who = world.pick([a, b])
    if (!who.page) who.open()
    else if (world.chance(0.5)) who.kill()
    await world.run(world.fraction() * 400)
  }
  for (const who of [a, b]) if (!who.page) who.open()
  await world.run(1_000, () => a.ready && b.ready)
  // A press that died with its page before it was on disk is pressed again.
  for (const j of b.page?.messenger.snapshot.joins ?? []) if (j.phase === 'ready') b.actions.join(j.id)
  const met = await world.run(3_600_000, () => a.connected && b.connected)
  expect(met, `seed ${seed}: they meet`).toBe(true)
  return { world, a, b }
}

/** What must hold at the end: each heard all the other said, once, in order; and nobody was told otherwise. */
function checkTruth(seed: number, from: Person, to: Person, said: readonly string[]): void {
  expect(to.texts(false), `seed ${seed}: heard once and in order`).toEqual(said)
  expect(from.texts(true), `seed ${seed}: kept once and in order`).toEqual(said)
  const kept = new Set(to.rows().map((r) => r.id))
  for (const row of from.rows())
    if (row.mine && row.state === 'delivered') expect(kept.has(row.id), `seed ${seed}: delivered is true`).toBe(true)
}

test('two people meet through a link and talk', async () => {
  const { world, a, b } = await meet(1, CALM)
  const [ca, cb] = [a.contactId ?? '', b.contactId ?? '']
  for (let i = 0; i < 5; i++) {
    void a.actions.send(ca, `a${i}`)
    void b.actions.send(cb, `b${i}`)
  }
  await world.run(
    60_000,
    () =>
      a
        .rows()
        .concat(b.rows())
        .every((r) => !r.mine || r.state === 'delivered') && a.rows().length === 10,
  )
  checkTruth(1, a, b, ['a0', 'a1', 'a2', 'a3', 'a4'])
  checkTruth(1, b, a, ['b0', 'b1', 'b2', 'b3', 'b4'])
  expect(
    a
      .rows()
      .filter((r) => r.mine)
      .every((r) => r.state === 'delivered'),
  ).toBe(true)
})

/** A life in the storm: talk, die, come back, lose the wire; then the storm ends and everything must have arrived. */
async function life(seed: number): Promise<void> {
  const { world, a, b } = await meetInStorm(seed)
  const said = new Map<Person, string[]>([
    [a, []],
    [b, []],
  ])
  for (let i = 0; i < 40; i++) {
    const who = world.pick([a, b])
    if (!who.page) who.open()
    else if (world.chance(0.12)) who.kill()
    else if (who.ready && who.contactId) {
      const text = `${who === a ? 'a' : 'b'}${i}`
      const before = who.page
      const committed = who.actions.send(who.contactId, text)
      void committed.then((ok) => ok && who.page === before && said.get(who)?.push(text))
    }
    await world.run(world.fraction() * (world.chance(0.2) ? 40_000 : 300))
  }
  world.trouble = CALM
  for (const who of [a, b]) if (!who.page) who.open()
  const whole = (): boolean =>
    [a, b].every((p) => p.rows().every((r) => !r.mine || r.state === 'delivered')) &&
    a.texts(true).length === b.texts(false).length
  const arrived = await world.run(4 * 3_600_000, whole)
  expect(arrived, `seed ${seed}: everything arrives`).toBe(true)
  // A commit whose page died before it was told still counts: what is on the sender's disk is what must arrive.
  checkTruth(seed, a, b, a.texts(true))
  checkTruth(seed, b, a, b.texts(true))
  for (const who of [a, b]) {
    const mine = who.texts(true)
    expect(
      said.get(who)?.every((t) => mine.includes(t)),
      `seed ${seed}: what was accepted is on disk`,
    ).toBe(true)
  }
}

const RUNS = Number(process.env['SIM_RUNS'] ?? 30)
const FIRST = Number(process.env['SIM_SEED'] ?? 1000)

test(`${RUNS} lives in the storm: nothing lost, twice, out of order, or untrue (seeds from ${FIRST})`, async () => {
  test.setTimeout(600_000)
  for (let seed = FIRST; seed < FIRST + RUNS; seed++) await life(seed)
})
