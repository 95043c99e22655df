/** A browser is no island: Firefox and Chromium meet, whoever makes the link. */
import { chromium, type Browser } from 'playwright/test'
import { wholeChromium } from '../run/engines.ts'
import { connected, expect, hasState, meet, reads, ready, reload, say, test as base } from './fixtures.ts'

const test = base.extend<object, { other: Browser }>({
  other: [
    async ({}, use) => {
      const browser = await chromium.launch(wholeChromium)
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
})

for (const inviter of ['Firefox', 'Chromium'])
  test(`${inviter} invites, the other joins`, async ({ people, other }) => {
    const fox = await people.newPerson('Fox')
    const chrome = await people.newPerson('Chrome', { browser: other })
    expect(await fox.evaluate(() => navigator.userAgent)).toContain('Firefox')
    expect(await chrome.evaluate(() => navigator.userAgent)).toContain('Chrome')
    const [first, second] = inviter === 'Firefox' ? [fox, chrome] : [chrome, fox]
    await meet(first, second)
    await say(first, 'from the first')
    await say(second, 'from the second')
    await hasState(first, 'from the first', 'delivered')
    await hasState(second, 'from the second', 'delivered')

    await Promise.all([reload(first), reload(second)])
    await Promise.all([connected(first), connected(second)])
    await say(second, 'again')
    await hasState(second, 'again', 'delivered')
    for (const page of [first, second]) {
      await ready(page)
      await reads(page, ['from the first', 'from the second', 'again'])
    }
  })
