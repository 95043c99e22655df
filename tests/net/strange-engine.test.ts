import { expect, test } from 'playwright/test'
import { WebSocket } from 'ws'
import { joins, RealWorld } from '../simulation/over-relays.ts'
import type { Person } from '../simulation/person.ts'
import { startStrangeEngine } from './strange-engine.ts'
import type { Listening } from './support.ts'
import { Page, topic } from './support.ts'

let engine: Listening
const people: Person[] = []
test.beforeEach(async () => {
  engine = await startStrangeEngine()
})
test.afterEach(async () => {
  for (const person of people.splice(0)) person.kill()
  await engine.close()
})

test('by way of an engine that others wrote two people meet, meet again, and it is found to deliver', async () => {
  const world = new RealWorld(3)
  const [a, b] = [await world.arrive([engine.url]), await world.arrive([engine.url])]
  people.push(a, b)
  expect(await joins(world, [a, b], 10_000), 'they meet').toBe(true)
  b.kill()
  b.open()
  void a.actions.send(a.contactId ?? '', 'hello, stranger')
  expect(await world.live(10_000, () => b.texts(false).length > 0), 'they meet again').toBe(true)
  await world.skip(40_000)
  for (const { page } of [a, b])
    expect(page?.messenger.snapshot.network.relays).toEqual([{ id: engine.url, state: 'open' }])
})

test('what it hands to everybody is neither heard nor resented, as long as it is little', async () => {
  const [t, elsewhere] = [topic(), topic()]
  const [page, others] = [
    await new Page().start(engine.url).listen(t),
    await new Page().start(engine.url).listen(elsewhere),
  ]
  const witness = new WebSocket(engine.url)
  const seen: unknown[][] = []
  witness.on('message', (data) => seen.push(JSON.parse((data as Buffer).toString()) as unknown[]))
  await new Promise((opened) => witness.once('open', opened))
  witness.send(JSON.stringify(['REQ', 'w', { kinds: [21_059], '#p': [topic()] }]))
  await expect.poll(() => seen.length).toBe(1)
  for (let i = 0; i < 12; i++) others.publish([elsewhere])
  const last = others.publish([t])
  await expect.poll(() => page.arrived().map(({ content }) => content)).toEqual([last])
  expect(page.states()).toEqual(['connecting', 'open'])
  expect(seen.filter(([kind]) => kind === 'EVENT').length, 'it was handed out to who asked for something else').toBe(13)
  witness.close()
  for (const { rendezvous } of [page, others]) rendezvous.stop()
})
