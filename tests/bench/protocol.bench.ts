import type { Browser, Page } from 'playwright/test'
import { test } from './bench.ts'
import { CpuClock } from './cpu.ts'
import type { Bench } from './floor/protocol/main.ts'
import { inTurn } from './in-turn.ts'
import { median } from './rows.ts'

declare const bench: Bench

const HANDSHAKES = 20
const FRAMES = 1_000
/** Rounds after which the compilers of the engine have done what they will do. */
const WARM_UP = 3

test('handshake, warm', async ({ page, floor, report }) => {
  await page.goto(floor.url('protocol'))
  const clock = await CpuClock.of(page)
  const { ours, alone } = await inTurn({
    ours: () => clock.time(() => page.evaluate((count) => bench.handshakes(count), HANDSHAKES)),
    alone: () => clock.time(() => page.evaluate((count) => bench.operations(count), HANDSHAKES)),
    warmUp: WARM_UP,
  })
  report({
    name: 'handshake, both sides, warm: CPU',
    unit: 'ms',
    ours: median(ours) / HANDSHAKES,
    baseline: median(alone) / HANDSHAKES,
    baselineName: 'its X25519 and ML-KEM alone',
    goal: { atMostTimes: 1.3 },
  })
})

test('handshake, cold', async ({ browser, floor, report }) => {
  const first = (run: (page: Page) => Promise<void>): Promise<number> =>
    inFreshPage(browser, floor.url('protocol'), async (page) => (await CpuClock.of(page)).time(() => run(page)))
  const { ours, alone } = await inTurn({
    ours: () => first((page) => page.evaluate(() => bench.handshakes(1))),
    alone: () => first((page) => page.evaluate(() => bench.operations(1))),
    warmUp: 1,
  })
  report({
    name: 'handshake, both sides, first in a cold page: CPU',
    unit: 'ms',
    ours: median(ours),
    baseline: median(alone),
    baselineName: 'its X25519 and ML-KEM alone',
    goal: { atMost: 60 },
  })
})

test('frames of a text of 256 B', async ({ page, floor, report }) => {
  await page.goto(floor.url('protocol'))
  const clock = await CpuClock.of(page)
  const measure = async () => ({
    seal: await clock.time(() => page.evaluate(() => bench.frames?.seal())),
    open: await clock.time(() => page.evaluate(() => bench.frames?.open())),
  })
  const { ours, alone } = await inTurn({
    async ours() {
      await page.evaluate((count) => void (bench.frames = bench.throughSession(count)), FRAMES)
      return measure()
    },
    async alone() {
      await page.evaluate((count) => void (bench.frames = bench.primitivesAlone(count)), FRAMES)
      return measure()
    },
    warmUp: WARM_UP,
  })
  for (const what of ['seal', 'open'] as const) {
    report({
      name: `ratchet, text of 256 B, ${what}: CPU`,
      unit: 'µs',
      ours: (median(ours.map((run) => run[what])) * 1000) / FRAMES,
      baseline: (median(alone.map((run) => run[what])) * 1000) / FRAMES,
      baselineName: 'its ciphers and hashes alone',
      goal: { atMostTimes: 1.3 },
    })
  }
})

/** A profile of its own: nothing is cached, compiled or warm. */
async function inFreshPage<T>(browser: Browser, url: string, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(url)
    return await work(page)
  } finally {
    await context.close()
  }
}
