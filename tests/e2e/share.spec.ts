/** What the share sheet of the device gives to the app: the worker takes it, a person says where it goes, nothing is sent. */
import type { Page } from 'playwright/test'
import { chatLink, composer, connected, expect, goHome, reload, startChat } from './fixtures.ts'
import { inspect } from './inspect.ts'
import { test } from './own-site.ts'

test.use({ serviceWorkers: 'allow' })

/** Waits until the device holds the build whole. */
async function isKept(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated')
}

/** As a browser does with what is shared: a form, from no page of ours, in the words of the manifest. */
async function share(page: Page, home: string, fields: Record<string, string>): Promise<void> {
  const form = `<form method="post" action="${home}share"></form>`
  await page.goto('about:blank')
  await page.setContent(form)
  await page.locator('form').evaluate((element: HTMLFormElement, given) => {
    for (const [name, value] of Object.entries(given)) {
      const field = element.appendChild(document.createElement('textarea'))
      Object.assign(field, { name, value })
    }
    element.submit()
  }, fields)
  await page.waitForURL(/#/)
}

const offered = (page: Page) => page.getByRole('group', { name: 'What you shared', exact: true })

test('a text goes into what is written to one person, without the network, and no host hears of it', async ({
  people,
  site,
}) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await isKept(ana)
  await composer(ana).fill('written before')
  await goHome(ana)
  await reload(ana)
  await chatLink(ana, 'Ben').click()
  await expect(composer(ana)).toHaveValue('written before')
  const before = site.asked.length
  await share(ana, site.home, { title: '', text: 'low & voice\nsecond line', url: '' })
  await expect(offered(ana)).toHaveText('low & voice\nsecond line')
  await inspect(ana, 'share')
  await chatLink(ana, 'Ben').click()
  await expect(composer(ana)).toHaveValue('written before\nlow & voice\nsecond line')
  await connected(ana)
  // The address has nothing of it, and going back does not offer it again.
  expect(await ana.evaluate(() => location.hash)).toMatch(/^#\/chat\//)
  expect(site.asked.slice(before).filter((line) => line.startsWith('POST') || line.includes('share'))).toEqual([])

  people.expectError(/WebSocket connection to|net::ERR_/)
  await site.shut()
  await share(ana, site.home, { title: '', text: 'off the network', url: '' })
  await expect(offered(ana)).toHaveText('off the network')
  await chatLink(ana, 'Ben').click()
  const all = 'written before\nlow & voice\nsecond line\noff the network'
  await expect(composer(ana)).toHaveValue(all)
  await goHome(ana)
  await reload(ana)
  await chatLink(ana, 'Ben').click()
  await expect(composer(ana)).toHaveValue(all)
  await expect(ben.getByText('low & voice')).toHaveCount(0)
  const kept = await ana.evaluate(async () => {
    const texts = []
    for (const name of await caches.keys())
      for (const request of await (await caches.open(name)).keys())
        texts.push(request.url, await (await (await caches.open(name)).match(request))!.text())
    return texts.join()
  })
  expect(kept).toContain('manifest.webmanifest')
  expect(kept).not.toContain('off the network')
})

test('a link that is shared is one that is opened; what is gone or too long is told', async ({ people, site }) => {
  const [ana, ben] = [await people.newPerson('Ana'), await people.newPerson('Ben')]
  const link = await startChat(ana)
  await isKept(ben)
  await share(ben, site.home, { title: 'Sotto', text: link, url: '' })
  await expect(ben.getByRole('button', { name: 'Join chat', exact: true })).toBeVisible()
  expect(await ben.evaluate(() => location.hash)).toMatch(/^#\/join\/[\w-]{22}$/)
  await share(ben, site.home, { title: '', text: 'x'.repeat(70_000), url: '' })
  await expect(ben.getByRole('alert')).toContainText('too long for one message')
  await share(ben, site.home, { title: '', text: 'a text', url: '' })
  await expect(offered(ben)).toHaveText('a text')
  await expect(ben.getByText('There is no chat yet')).toBeVisible()
  await reload(ben)
  await expect(ben.getByRole('alert')).toContainText('There is nothing here to send.')
  expect(site.asked.filter((line) => line.startsWith('POST'))).toEqual([])
})

test('where the worker is gone the host is asked, which reads nothing, and the page says so', async ({
  people,
  site,
}) => {
  const ana = await people.newPerson('Ana')
  await isKept(ana)
  await ana.evaluate(async () => (await navigator.serviceWorker.ready).unregister())
  await share(ana, site.home, { title: '', text: 'a text', url: '' })
  await expect(ana.getByRole('alert')).toContainText('it went to the host of this page instead')
  expect(site.asked.filter((line) => line.startsWith('POST'))).toEqual(['POST /some/where/share'])
})

test('only a page with its worker tells the browser that one can share with it, and no page of ours can', async ({
  people,
  site,
}) => {
  people.expectError(/form-action/)
  expect(await (await fetch(`${site.home}manifest.webmanifest`)).text()).not.toContain('share_target')
  const ana = await people.newPerson('Ana')
  await isKept(ana)
  await reload(ana)
  const devtools = await ana.context().newCDPSession(ana)
  const { url, data = '', errors } = await devtools.send('Page.getAppManifest')
  expect([url, errors]).toEqual([`${site.home}manifest.webmanifest`, []])
  const { share_target } = JSON.parse(data) as { share_target: unknown }
  expect(share_target).toEqual({
    action: './share',
    method: 'POST',
    enctype: 'application/x-www-form-urlencoded',
    params: { title: 'title', text: 'text', url: 'url' },
  })
  const refused = ana.waitForEvent('console', (message) => message.text().includes('form-action'))
  await ana.evaluate(() => {
    const form = document.body.appendChild(document.createElement('form'))
    Object.assign(form, { method: 'post', action: 'share' })
    form.submit()
  })
  await refused
  expect(await ana.evaluate(() => location.hash)).toBe('')
})
