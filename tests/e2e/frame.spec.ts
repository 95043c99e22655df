/** Another page that lays itself over this one could have a person press what they did not mean to. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from './fixtures.ts'
import { test as base } from './own-site.ts'

/** The address of a page on another origin that shows the site in a frame. */
const test = base.extend<{ around: string }>({
  around: async ({ site }, use) => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<iframe src="${site.home}"></iframe>`)
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    await use(`http://localhost:${(server.address() as AddressInfo).port}/`)
    server.close()
  },
})

test('attack 71: in a frame the page is kept out by its headers, and keeps itself out without them', async ({
  page,
  site,
  around,
}) => {
  const refused = page.waitForEvent('requestfailed')
  await page.goto(around)
  const request = await refused
  expect([request.url(), request.failure()?.errorText]).toEqual([site.home, 'net::ERR_BLOCKED_BY_RESPONSE'])

  site.put('_headers', '')
  await page.goto(around)
  const inside = page.frameLocator('iframe')
  await expect(inside.getByRole('heading')).toHaveText('Sotto does not run inside another page.')
  await expect(inside.getByRole('button')).toHaveCount(0)
  // Control: the same site in a tab of its own.
  await page.goto(site.home)
  await expect(page.getByRole('button', { name: 'Start a chat', exact: true })).toBeVisible()
})
