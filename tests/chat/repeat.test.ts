/** A relay without any key repeats one recorded HS1, four times a second. */
import { expect, test } from 'playwright/test'
import { compare } from '../../src/protocol/bytes.ts'
import { isHello } from '../../src/protocol/envelope.ts'
import { meet, reunionUnder } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'

const keyOf = (p: Person) => p.disk.profile!.identityPublic

test('one recorded HS1, repeated, does not keep two contacts apart', async () => {
  const met = await meet(5, CALM)
  const { world } = met
  const [a, b] = compare(keyOf(met.a), keyOf(met.b)) < 0 ? [met.a, met.b] : [met.b, met.a]
  // b, who calls, reloads once: the relay records the HS1 of that meeting.
  b.kill()
  await world.run(30_000)
  const from = world.log.length
  b.open()
  expect(await world.run(600_000, () => a.connected && b.connected)).toBe(true)
  const hs1 = world.log.slice(from).find((e) => !isHello(e.content))!
  await world.run(120_000)
  const wait = await reunionUnder(() => world.publish(hs1.topics, hs1.content), world, a, b)
  expect(wait).toBeLessThan(30_000)
})
