import type { Browser, Page } from 'playwright/test'
import { test } from './bench.ts'
import { CpuClock } from './cpu.ts'
import type { Bench } from './floor/protocol/main.ts'
import { inTurn } from './in-turn.ts'
import { median } from './rows.ts'

declare const bench: Bench

const HANDSHAKES = 20
const FRAMES = 1_000
const TURNS = 100
// The site's policy forbids WebAssembly, which Olm is.
test.use({ bypassCSP: true })

/** Rounds after which the compilers of the engine have done what they will do. */
const WARM_UP = 3

test('handshake, warm', async ({ page, floor, report }) => {
  await page.goto(floor.url('protocol'))
  const clock = await CpuClock.of(page)
  const { ours, alone } = await inTurn(WARM_UP, {
    ours: () => clock.time(() => page.evaluate((count) => bench.handshakes(count), HANDSHAKES)),
    alone: () => clock.time(() => page.evaluate((count) => bench.operations(count), HANDSHAKES)),
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

test('the first handshake of a page', async ({ browser, floor, report }) => {
  const first = (run: (page: Page) => Promise<void>, before?: (page: Page) => Promise<void>): Promise<number> =>
    inFreshPage(browser, floor.url('protocol'), async (page) => {
      await before?.(page)
      return (await CpuClock.of(page)).time(() => run(page))
    })
  const { cold, warmed, alone } = await inTurn(1, {
    cold: () => first((page) => page.evaluate(() => bench.handshakes(1))),
    warmed: () =>
      first(
        (page) => page.evaluate(() => bench.handshakes(1)),
        (page) => page.evaluate(() => bench.warmUp()),
      ),
    alone: () => first((page) => page.evaluate(() => bench.operations(1))),
  })
  const row = { unit: 'ms', baseline: median(alone), baselineName: 'its operations alone, cold', goal: { atMost: 60 } }
  report({ name: 'handshake, both sides, first, the page cold: CPU', ours: median(cold), ...row })
  report({ name: 'handshake, both sides, first, the page warmed up: CPU', ours: median(warmed), ...row })
})

test('frames of a text of 256 B', async ({ page, floor, report }) => {
  await page.goto(floor.url('protocol'))
  const clock = await CpuClock.of(page)
  const measure = async () => ({
    seal: await clock.time(() => page.evaluate(() => bench.frames?.seal())),
    open: await clock.time(() => page.evaluate(() => bench.frames?.open())),
  })
  const measured = await inTurn(WARM_UP, {
    async ours() {
      await page.evaluate((count) => void (bench.frames = bench.throughSession(count)), FRAMES)
      return measure()
    },
    async alone() {
      await page.evaluate((count) => void (bench.frames = bench.primitivesAlone(count)), FRAMES)
      return measure()
    },
    async olm() {
      await page.evaluate(async (count) => void (bench.frames = await bench.throughOlm(count)), FRAMES)
      return measure()
    },
  })
  for (const what of ['seal', 'open'] as const) {
    const micros = (of: 'ours' | 'alone'): number => (median(measured[of].map((run) => run[what])) * 1000) / FRAMES
    report({
      name: `ratchet, text of 256 B, ${what}: CPU`,
      unit: 'µs',
      ours: micros('ours'),
      baseline: micros('alone'),
      baselineName: 'its ciphers and hashes alone',
      goal: { atMostTimes: 1.3 },
    })
    const perSecond = (of: 'ours' | 'olm'): number => (FRAMES * 1000) / median(measured[of].map((run) => run[what]))
    report({
      name: `ratchet, text of 256 B, ${what}`,
      unit: '/s',
      ours: perSecond('ours'),
      baseline: perSecond('olm'),
      baselineName: 'Olm (WebAssembly)',
      goal: { atLeastTimes: 0.65 },
    })
  }
})

test('turns', async ({ page, floor, report }) => {
  await page.goto(floor.url('protocol'))
  const clock = await CpuClock.of(page)
  const measure = () => clock.time(() => page.evaluate((count) => bench.turns?.(count), TURNS))
  const { ours, olm } = await inTurn(WARM_UP, {
    async ours() {
      await page.evaluate(() => void (bench.turns = bench.turnsOfSession()))
      return measure()
    },
    async olm() {
      await page.evaluate(async () => void (bench.turns = await bench.turnsOfOlm()))
      return measure()
    },
  })
  report({
    name: 'ratchet, turns there and back, text of 256 B',
    unit: '/s',
    ours: (TURNS * 1000) / median(ours),
    baseline: (TURNS * 1000) / median(olm),
    baselineName: 'Olm (WebAssembly)',
    goal: { atLeastTimes: 0.75 },
  })
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
