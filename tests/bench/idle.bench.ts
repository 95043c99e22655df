/** What it costs to be merely there, in simulated time: events at the relay, and memory after a day. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { arrive, meet } from '../simulation/meeting.ts'
import { CALM, World } from '../simulation/world.ts'
import { strangers } from '../simulation/contacts.ts'
import { test } from './bench.ts'

const HOUR = 3_600_000
const CONTACTS = 30

test('idle, thirty contacts', async ({ report }) => {
  const world = new World(1, CALM)
  const a = await arrive(world)
  for (const contact of strangers(world, CONTACTS)) a.disk.contacts.set(contact.id, contact)
  a.kill()
  a.open()
  await world.run(HOUR)
  const from = world.log.length
  await world.run(24 * HOUR)
  report({
    name: `idle, ${CONTACTS} contacts away: events at the relay`,
    unit: '/h',
    ours: (world.log.length - from) / 24,
    baseline: CONTACTS * 4,
    baselineName: 'one for each contact, as often',
    goal: { atMost: 11 },
  })
})

test('a day on one line', async ({ report }) => {
  const { world, a, b } = await meet(1, CALM)
  for (const contact of strangers(world, CONTACTS)) a.disk.contacts.set(contact.id, contact)
  a.kill()
  a.open()
  await world.run(HOUR, () => a.connected && b.connected)
  await world.run(HOUR)
  const early = heap(world)
  await world.run(24 * HOUR)
  if (!a.connected || !b.connected) throw new Error('the line did not last')
  report({
    name: `a day on one line, ${CONTACTS} other contacts: memory of both pages`,
    unit: 'MiB',
    ours: heap(world),
    baseline: early,
    baselineName: 'after an hour',
    goal: { atMostTimes: 1.1 },
  })
})

/** After a collection, and without what the simulated relay has noted. */
function heap(world: World): number {
  world.log.splice(0)
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let i = 0; i < 3; i++) collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}
