/** Finding what a read receipt names: near at once, far back now and then, and for nobody at length. */
import { expect, test } from 'playwright/test'
import { withKnown } from '../../src/chat/reads.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { MINUTE } from '../attacks/help.ts'
import { idOf, read, say, scene, tell } from './read-scene.ts'

test('receipts that name what never was cost little, however many there are, and nothing where receipts are off', async () => {
  const { world, ana, ben } = await scene(40)
  await say(ana, ...Array.from({ length: 100 }, (_, i) => `m${i}`))
  const { history } = ana.page!
  let reads = 0
  for (const name of ['page', 'find', 'outbox'] as const) {
    const before = history[name].bind(history) as (...given: unknown[]) => Promise<never>
    Object.assign(history, {
      [name]: (...given: unknown[]) => {
        reads++
        return before(...given)
      },
    })
  }
  const flood = async (): Promise<number> => {
    reads = 0
    const frames = Array.from({ length: 200 }, () => read(toHex(world.random(16))))
    await tell(ana, ben, ...frames)
    return reads
  }
  const first = await flood()
  expect(first).toBeGreaterThan(2)
  // Two a job, and the walk back once.
  expect(first).toBeLessThan(2 * 200 + 5)
  const again = await flood()
  expect(again).toBeLessThanOrEqual(2 * 200)
  void ana.actions.setReadReceipts(false)
  await world.run(100)
  expect(await flood()).toBe(0)
})

test('what was read long ago is found behind what was written since and waits', async () => {
  const { world, ana, ben } = await scene(41)
  ben.actions.present(false)
  await say(ana, 'one')
  ben.kill()
  await world.run(MINUTE)
  await say(ana, ...Array.from({ length: 2_100 }, (_, i) => `late ${i}`))
  const { state } = ana.page!.messenger
  const known = await Promise.all([
    withKnown(ana.page!.history, state!, ana.contactId!, {
      frames: [read(idOf(ana, 'one'))],
      live: undefined,
      now: world.now,
    }),
    world.run(30_000),
  ])
  expect(known[0]).toMatchObject({ sought: true, frames: [{ row: { body: { text: 'one' } } }] })
})
