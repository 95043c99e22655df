/** Two people open each other's links at once. */
import { expect, test } from 'playwright/test'
import { toHex } from '../../src/protocol/bytes.ts'
import { arrive, makeLink } from '../simulation/meeting.ts'
import { CALM, STORMY, World } from '../simulation/world.ts'

for (const known of [false, true])
  test(`two open each other's links at once, ${known ? 'knowing each other already' : 'strangers'}, eight times`, async () => {
    for (let seed = 0; seed < 8; seed++) {
      const world = new World(seed, CALM)
      const [a, b] = [await arrive(world), await arrive(world)]
      if (known) {
        const l = await makeLink(a)
        const o = b.actions.openLink(l)
        await world.run(1000)
        const j = await o
        if (j.ok) b.actions.join(j.id)
        expect(await world.run(3_600_000, () => a.connected && b.connected)).toBe(true)
      }
      const [la, lb] = [await makeLink(a), await makeLink(b)]
      const [oa, ob] = [a.actions.openLink(lb), b.actions.openLink(la)]
      await world.run(1000)
      const [ja, jb] = [await oa, await ob]
      if (seed % 2) world.trouble = STORMY
      if (ja.ok) a.actions.join(ja.id)
      await world.run(world.fraction() * 120)
      if (jb.ok) b.actions.join(jb.id)
      if (seed % 3 === 0) {
        await world.run(world.fraction() * 300)
        world.pick([a, b]).kill()
        await world.run(5_000)
      }
      for (const p of [a, b]) if (!p.page) p.open()
      await world.run(300_000)
      world.trouble = CALM
      const roots = (p: typeof a) =>
        [...p.disk.contacts.values()].flatMap((c) => c.pairs.map(({ root }) => toHex(root)))
      expect(
        roots(a).filter((r) => roots(b).includes(r)),
        `seed ${seed}`,
      ).not.toEqual([])
      for (const p of [a, b]) p.kill()
      await world.run(30_000)
      for (const p of [a, b]) p.open()
      expect(await world.run(3_600_000, () => a.connected && b.connected), `seed ${seed} meet`).toBe(true)
      expect([a.disk.contacts.size, b.disk.contacts.size], `seed ${seed}`).toEqual([1, 1])
    }
  })
