/** Finding what a read receipt names: near at once, far back now and then, and for nobody at length. */
import { expect, test } from 'playwright/test'
import { withKnown } from '../../src/chat/reads.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { SEAL_ENTROPY_BYTES } from '../../src/protocol/session.ts'
import { liveOf, MINUTE } from '../attacks/help.ts'
import { idOf, read, say, scene } from './read-scene.ts'

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
  const live = liveOf(ben)!
  const flood = async (frames: number, apart: number): Promise<number> => {
    reads = 0
    for (let i = 0; i < frames; i++) {
      const frame = read(toHex(world.random(16)))
      ben.page!.ends.at(-1)!.send(live.session.seal(frame, world.random(SEAL_ENTROPY_BYTES)))
      await world.run(apart)
    }
    await world.run(500)
    return reads
  }
  // Two each, and once the way back: the outbox, and two pages.
  expect(await flood(20, 100)).toBe(20 * 2 + 3)
  expect(await flood(20, 100)).toBe(20 * 2)
  // Those that wait together are one.
  expect(await flood(200, 0)).toBeLessThan(20)
  void ana.actions.setReadReceipts(false)
  await world.run(100)
  expect(await flood(20, 100)).toBe(0)
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
