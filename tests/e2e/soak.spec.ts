/** The short form of `npm run soak`: real browsers on real profiles, killed while two people write. */
import { expect, test } from 'playwright/test'
import { wholeChromium } from '../run/engines.ts'
import { linesOf, soundness } from '../soak/report.ts'
import { soak } from '../soak/soak.ts'

// Browsers start often here, and slowly where the cores are shared.
test.setTimeout(600_000)

test('browsers are killed while two people write: nothing is lost, twice, out of order or falsely delivered', async ({
  playwright,
}) => {
  const launch = (directory: string) => playwright.chromium.launchPersistentContext(directory, wholeChromium)
  const lines: string[] = []
  const report = await soak({ messages: 24, kills: 3, seed: 1 }, launch, (line) => lines.push(line))
  const story = [...lines, ...linesOf(report)].join('\n')
  expect(soundness(report), story).toEqual([])
  expect(report.blows.kill, story).toBe(3)
  expect(report.sent, story).toBeGreaterThanOrEqual(20)
})
