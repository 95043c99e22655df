/** The page is kept on the device, whole and checked; it works without its host, and a newer one waits to be asked for. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright/test'
import { expect, reload, startChat, visit } from './fixtures.ts'
import { test } from './own-site.ts'

test.use({ serviceWorkers: 'allow' })

const NEWER = 'ffff-0000-ffff-0000'
const notice = (page: Page) => page.getByRole('alert').filter({ hasText: 'A new version of Sotto is here' })

/** Waits until the device holds the build whole. */
async function isKept(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated')
}

async function buildOf(page: Page): Promise<string> {
  await page.goto('#/settings')
  return page.getByText('everything here is on this device').getByRole('code').innerText()
}

/** Looks for a newer worker, and waits until it is kept or refused. */
async function lookForNewer(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    await registration.update().catch(() => undefined)
    const { installing } = registration
    if (!installing) return
    await new Promise<void>((done) => {
      installing.onstatechange = () => {
        if (installing.state === 'redundant' || installing.state === 'activated') done()
      }
    })
  })
}

test('without its host the page opens, with all that is kept and what the host said last @firefox', async ({
  people,
  site,
}) => {
  people.expectError(/WebSocket connection to|net::ERR_|establish a connection/)
  site.put('config.json', '{"relays":["/elsewhere"]}')
  const ana = await people.newPerson('Ana')
  await isKept(ana)
  await startChat(ana)
  await visit(ana, site.home)
  await expect(ana.getByRole('list', { name: 'Waiting invites' }).getByRole('link')).toHaveCount(1)
  await site.shut()
  await reload(ana)
  await expect(ana.getByRole('list', { name: 'Waiting invites' }).getByRole('link')).toHaveCount(1)
  await ana.goto('#/settings')
  await expect(ana.getByRole('textbox', { name: 'Relays', exact: true })).toHaveValue(/\/elsewhere$/)
})

test('another page of the same host is left alone', async ({ people, site }) => {
  site.put('other.html', '<title>Another</title>')
  const ana = await people.newPerson('Ana')
  await isKept(ana)
  await ana.goto('other.html')
  await expect(ana).toHaveTitle('Another')
})

test('a newer build is told, and used when it is asked for', async ({ people, site }) => {
  // Nothing comes from the browser's own cache.
  site.put('_headers', '')
  const ana = await people.newPerson('Ana')
  await isKept(ana)
  const build = await buildOf(ana)
  expect(build).toMatch(/^[0-9a-f-]{19}$/)
  await site.release(NEWER)
  await lookForNewer(ana)
  await expect(notice(ana)).toContainText(NEWER)
  // The old page goes on with its own parts, whatever the host has in their place.
  const [part = ''] = /assets\/decode-[^"]+\.js/.exec(readFileSync(site.path('index.html'), 'utf8')) ?? []
  site.put(part, 'document.title = "mixed"')
  const exported = (url: string) => import(url).then((module: object) => Object.keys(module).length)
  expect(await ana.evaluate(exported, site.home + part)).toBeGreaterThan(0)
  await reload(ana)
  expect(await buildOf(ana)).toBe(build)
  await expect(notice(ana)).toContainText(NEWER)
  const reloaded = ana.waitForEvent('load')
  await notice(ana).getByRole('button', { name: 'Use it now', exact: true }).click()
  await reloaded
  await expect.poll(() => buildOf(ana)).toBe(NEWER)
  await expect(notice(ana)).toHaveCount(0)
  await site.shut()
  people.expectError(/WebSocket connection to|net::ERR_/)
  await reload(ana)
  expect(await buildOf(ana)).toBe(NEWER)
})

test('of a newer build with one changed file nothing is kept, and the old one goes on', async ({ people, site }) => {
  people.expectError(/integrity/i)
  const ana = await people.newPerson('Ana')
  await isKept(ana)
  const build = await buildOf(ana)
  await site.release(NEWER)
  site.put('mark.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await lookForNewer(ana)
  expect((await ana.evaluate(() => caches.keys())).filter((name) => name.includes(NEWER))).toEqual([])
  await reload(ana)
  expect(await buildOf(ana)).toBe(build)
  await expect(notice(ana)).toHaveCount(0)
})
