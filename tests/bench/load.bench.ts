import { gzipSync } from 'node:zlib'
import type { Page, Response } from 'playwright/test'
import { sizes, totals } from '../../src/host/sizes.ts'
import { expect, test } from './bench.ts'
import { DIST } from './paths.ts'

const kB = (bytes: number) => bytes / 1000

test('bytes until ready, and all', async ({ page, baseURL, floor, report }) => {
  const dist = totals(sizes(DIST))
  const alone = totals(sizes(floor.folder('libraries')))
  const home = await bytesUntilReady(page, baseURL ?? '')
  const row = { unit: 'kB', baselineName: 'our libraries alone' }
  const first = { ...row, baseline: kB(alone.first), goal: { atMost: 60 } }
  report({ ...first, name: 'first load, over the wire until ready', ours: kB(home) })
  report({ ...first, name: 'first load, files that the page names', ours: kB(dist.first) })
  report({ ...row, name: 'every file', ours: kB(dist.all), baseline: kB(alone.all), goal: { atMost: 160 } })
})

/** gzip -9 of all that has arrived when the page says that it can be used. */
async function bytesUntilReady(page: Page, url: string): Promise<number> {
  await page.addInitScript(() => {
    new MutationObserver(() => {
      if (document.documentElement.dataset['ready']) performance.mark('ready')
    }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-ready'] })
  })
  const responses = new Map<string, Response>()
  page.on('response', (response) => responses.set(response.url(), response))
  await page.goto(url)
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'true')
  const arrived = await page.evaluate(() => {
    const ready = performance.getEntriesByName('ready')[0]?.startTime ?? Infinity
    return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter((load) => (load as PerformanceResourceTiming).responseEnd <= ready)
      .map((load) => load.name)
  })
  expect(arrived.some((name) => name.endsWith('.js'))).toBe(true)
  let bytes = 0
  for (const name of arrived) {
    const body = await responses.get(name)?.body()
    if (!body) throw new Error(`no response for ${name}`)
    bytes += gzipSync(body, { level: 9 }).length
  }
  return bytes
}
