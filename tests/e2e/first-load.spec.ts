import { expect, test } from 'playwright/test'
import { RARE } from '../../src/host/sizes.ts'

/** What a phone on a slow line waits for: see the sizes in `tests/host/build.test.ts`, here as the page really asks. */
const MAX_FIRST_BYTES = 60_000

test('a first visit can be used after few bytes', async ({ page, baseURL }) => {
  await page.addInitScript(() => {
    // Everything that was asked for before the page could be used counts, even what arrived after.
    new MutationObserver(() => {
      if (document.documentElement.dataset['ready']) performance.mark('ready')
    }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-ready'] })
  })
  await page.goto(baseURL ?? '')
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'true')
  const loads = await page.evaluate(() => {
    const ready = performance.getEntriesByName('ready')[0]?.startTime ?? Infinity
    return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter((load) => load.startTime < ready)
      .map((load) => ({ url: load.name, bytes: (load as PerformanceResourceTiming).encodedBodySize }))
  })
  const bytes = loads.reduce((sum, load) => sum + load.bytes, 0)
  expect(loads.some(({ url }) => url.endsWith('.js'))).toBe(true)
  expect(bytes, JSON.stringify(loads, null, 1)).toBeLessThanOrEqual(MAX_FIRST_BYTES)
  expect(bytes).toBeGreaterThan(1_000)
})

test('what is fetched when used is fetched then, and not before @firefox', async ({ page, baseURL }) => {
  await page.goto(baseURL ?? '')
  const fetched = async () => {
    const urls = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
    return urls.map((url) => url.replace(baseURL ?? '', '')).filter((file) => RARE.some((name) => name.test(file)))
  }
  await page.getByRole('button', { name: 'Start a chat', exact: true }).click()
  await expect(page.getByRole('img', { name: 'Invite QR code', exact: true })).toBeVisible()
  expect(await fetched()).toEqual([])
  await page.goto(new URL('#/settings', page.url()).href)
  await page.getByRole('button', { name: 'Set a passphrase', exact: true }).click()
  for (const name of ['Passphrase', 'Repeat passphrase'])
    await page.getByRole('textbox', { name, exact: true }).fill('six ordinary words')
  expect(await fetched()).toEqual([expect.stringMatching(/^assets\/rare-/)])
  const worker = page.waitForEvent('worker')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  expect((await worker).url().replace(baseURL ?? '', '')).toMatch(RARE[1] ?? '')
  await expect(page.getByRole('button', { name: 'Remove passphrase', exact: true })).toBeVisible()
})
