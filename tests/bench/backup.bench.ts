import { test } from './bench.ts'
import type { Bench } from './floor/backup/main.ts'
import { inTurn } from './in-turn.ts'
import { median } from './rows.ts'

declare const bench: Bench

const WAYS = [
  { what: 'export', goal: { atLeastTimes: 0.1 }, baselineName: 'its pages read and as many bytes sealed' },
  { what: 'check', goal: { atLeastTimes: 0.1 }, baselineName: 'the file read and opened' },
  { what: 'restore', goal: { atLeastTimes: 0.4 }, baselineName: 'its pages and ids put by IndexedDB' },
] as const

const LIFE = { seed: 4, chats: { Mira: 24_000, Kenji: 8_000 }, until: Date.UTC(2026, 9, 20, 12) }

test('a passphrase', async ({ page, floor, report }) => {
  await page.goto(floor.url('backup'))
  await page.evaluate(() => bench.seal())
  const { ours, alone } = await inTurn(1, {
    ours: () => page.evaluate(() => bench.unlock()),
    alone: () => page.evaluate(() => bench.derive()),
  })
  report({
    name: 'unlock with a passphrase, until the profile is open',
    unit: 'ms',
    ours: median(ours) * 1000,
    baseline: median(alone) * 1000,
    baselineName: 'Argon2id alone: 64 MiB, 3 passes',
    goal: { atMostTimes: 1.5 },
  })
})

test('a backup of 32,000 messages', async ({ page, floor, report }) => {
  await page.goto(floor.url('backup'))
  const mib = await page.evaluate((life) => bench.live(life), LIFE)
  const speed = (seconds: readonly number[]): number => mib / median(seconds)
  for (const { what, goal, baselineName } of WAYS) {
    const { ours, alone } = await inTurn(1, {
      ours: () => page.evaluate((way) => bench[way](), what),
      alone: () => page.evaluate((way) => bench.raw[way](), what),
    })
    report({ name: `backup, ${what}`, unit: 'MiB/s', ours: speed(ours), baseline: speed(alone), baselineName, goal })
  }
})
