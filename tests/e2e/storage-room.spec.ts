/** What the browser promises to keep and how much room it gives: asked in time, said as it is, warned of before it ends. */
import type { BrowserContext, BrowserType, Page } from 'playwright/test'
import { chromiumLaunch } from '../run/engines.ts'
import { arrivedOnes, composer, expect, goHome, meet, reads, reload, say, startChat, test } from './fixtures.ts'

type Answers = { asked: number; promises: boolean }

/** Init script: a browser that says what it is told to, and counts who asks. */
function answer({ promises, safari }: { promises: boolean; safari: boolean }): void {
  if (!('StorageManager' in globalThis)) return
  const told = Object.assign(globalThis, { answers: { asked: 0, promises } })
  let kept = false
  StorageManager.prototype.persisted = () => Promise.resolve(kept)
  StorageManager.prototype.persist = () => {
    told.answers.asked++
    kept = told.answers.promises
    return Promise.resolve(kept)
  }
  if (safari) Object.assign(globalThis, { GestureEvent: Event })
}

const answering = (promises: boolean, safari = false) => ({
  prepare: (context: BrowserContext) => context.addInitScript(answer, { promises, safari }),
})
const asked = (page: Page) => page.evaluate(() => (globalThis as unknown as { answers: Answers }).answers.asked)
const device = (page: Page) => page.getByRole('group', { name: 'On this device', exact: true })
const askButton = (page: Page) => device(page).getByRole('button', { name: 'Ask the browser to keep it', exact: true })
const notice = (page: Page, says: string) => page.getByRole('alert').filter({ hasText: says })

test('the browser is asked to keep what is here once there is somebody, and not before', async ({ people }) => {
  const ana = await people.newPerson('Ana', answering(true))
  const ben = await people.newPerson('Ben', answering(true))
  await startChat(ana)
  await ana.goto('#/settings')
  await expect(device(ana).getByText('The browser may clear them', { exact: true })).toBeVisible()
  expect(await asked(ana)).toBe(0)
  await goHome(ana)
  await meet(ana, ben)
  await expect.poll(() => asked(ana)).toBe(1)
  await expect.poll(() => asked(ben)).toBe(1)
  await ana.goto('#/settings')
  await expect(device(ana).getByText('The browser has promised to keep them', { exact: true })).toBeVisible()
  await expect(askButton(ana)).toHaveCount(0)
})

test('a browser that does not promise is asked again when one presses; elsewhere it is not spoken of', async ({
  people,
}) => {
  const ana = await people.newPerson('Ana', answering(false))
  await meet(ana, await people.newPerson('Ben'))
  await expect.poll(() => asked(ana)).toBe(1)
  await ana.goto('#/settings')
  await expect(notice(ana, '')).toHaveCount(0)
  await expect(device(ana)).not.toContainText('Safari')
  await askButton(ana).click()
  await expect(device(ana).getByRole('status')).toHaveText(/^It did not promise/)
  await ana.evaluate(() => ((globalThis as unknown as { answers: Answers }).answers.promises = true))
  await askButton(ana).click()
  await expect(device(ana)).toContainText('The browser has promised to keep them')
  await expect(askButton(ana)).toHaveCount(0)
})

test('where seven days away end everything, it is said once, with how to keep it', async ({ people }) => {
  const ana = await people.newPerson('Ana', answering(false, true))
  await meet(ana, await people.newPerson('Ben'))
  const told = notice(ana, 'Your browser may throw these chats away')
  await expect(told).toContainText('Add Sotto to the home screen')
  await ana.goto('#/settings')
  await expect(device(ana)).toContainText('Safari clears what pages keep if you stay away for seven days')
  await told.getByRole('button', { name: 'Later', exact: true }).click()
  await expect(told).toHaveCount(0)
  await reload(ana)
  await expect.poll(() => asked(ana)).toBe(1)
  await expect(askButton(ana)).toBeVisible()
  await expect(told).toHaveCount(0)
})

test('nothing of it is said on the home screen, or where the browser promised', async ({ people }) => {
  const ana = await people.newPerson('Ana', {
    async prepare(context) {
      await context.addInitScript(answer, { promises: false, safari: true })
      await context.addInitScript(() => Object.assign(navigator, { standalone: true }))
    },
  })
  const ben = await people.newPerson('Ben', answering(true, true))
  await meet(ana, ben)
  for (const page of [ana, ben]) {
    await expect.poll(() => asked(page)).toBe(1)
    await page.goto('#/settings')
    await expect(device(page)).toContainText(page === ana ? 'may clear them' : 'has promised')
    await expect(device(page)).not.toContainText('Safari')
    await expect(notice(page, '')).toHaveCount(0)
  }
})

const KILO = 1_000
const MEGA = 1_000 * KILO
const usedBy = (page: Page) => page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0)

/** Until the page is closed. */
async function limiter(page: Page, home: string): Promise<(quotaSize: number) => Promise<void>> {
  const control = await page.context().newCDPSession(page)
  const { origin } = new URL(home)
  return async (quotaSize) => void (await control.send('Storage.overrideQuotaForOrigin', { origin, quotaSize }))
}

/** Chromium tells pages of so much room as nobody has, and of the room there is only without this. */
const telling = async (chromium: BrowserType) =>
  await chromium.launch({
    ...chromiumLaunch,
    args: [...(chromiumLaunch.args ?? []), '--disable-features=StaticStorageQuota'],
  })

test('how much room there is stands in Settings, and that it is little stands in the list', async ({
  people,
  playwright,
}) => {
  const browser = await telling(playwright.chromium)
  const ana = await people.newPerson('Ana', { browser })
  await startChat(ana)
  const limit = await limiter(ana, ana.url())
  const low = notice(ana, 'There is little room left')
  await limit(2_100 * MEGA)
  await ana.goto('#/settings')
  await expect(device(ana)).toContainText(/\d (byte|kB|MB) of 2\.1 GB/)
  await expect(low).toHaveCount(0)
  await limit((await usedBy(ana)) + 12 * MEGA)
  await reload(ana)
  await expect(low).toContainText('Sotto can keep 12 MB more on this device')
  await expect(device(ana).getByRole('status').last()).toHaveText(/nearly full/)
  await low.getByRole('button', { name: 'Later', exact: true }).click()
  await expect(low).toHaveCount(0)
  // There is room again; and what comes back is told anew.
  const looked = () => ana.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await limit(2_100 * MEGA)
  await looked()
  await expect(device(ana)).toContainText('of 2.1 GB')
  await limit((await usedBy(ana)) + 12 * MEGA)
  // Noticed while one writes as well.
  const reads = ana.getByRole('switch', { name: 'Send read receipts', exact: true })
  for (let commit = 0; commit < 16; commit++) {
    await expect(low).toHaveCount(0)
    const before = await reads.isChecked()
    await reads.click()
    await expect(reads).toBeChecked({ checked: !before })
  }
  await expect(low).toBeVisible()
  await browser.close()
})

test('a disk that runs full: warned of, then a stop, and once there is room nothing is missing', async ({
  people,
  playwright,
  baseURL,
}) => {
  test.slow()
  const browser = await telling(playwright.chromium)
  let limit: Awaited<ReturnType<typeof limiter>> = () => Promise.resolve()
  const ana = await people.newPerson('Ana', {
    browser,
    async prepare(context) {
      limit = await limiter(await context.newPage(), baseURL ?? '')
      // From the start: Chromium remembers for a while how much room there was.
      await limit(500 * KILO)
    },
  })
  const ben = await people.newPerson('Ben')
  const low = notice(ana, 'There is little room left')
  await expect(low).toBeVisible()
  await meet(ana, ben)
  await say(ana, 'still goes')
  const long = Array.from({ length: 30 }, (_, i) => `long ${i} ${'x'.repeat(14_000)}`)
  for (const text of long) {
    await composer(ben).fill(text)
    await composer(ben).press('Enter')
  }
  const stop = notice(ana, 'This device is full')
  await expect(stop).toBeVisible()
  await expect(low).toHaveCount(0)
  // Nobody is told of anything that was not kept.
  await expect(arrivedOnes(ben)).not.toHaveCount(long.length)
  await expect(composer(ana)).toBeHidden()

  await limit(2_100 * MEGA)
  // Unless what came in meanwhile was kept already, and with that all is well.
  const pressed = stop.getByRole('button', { name: 'Try again', exact: true }).click({ timeout: 5_000 })
  await Promise.race([pressed.catch(() => undefined), stop.waitFor({ state: 'detached' })])
  await reads(ana, ['still goes', ...long])
  await expect(stop).toHaveCount(0)
  await expect(low).toHaveCount(0)
  await say(ana, 'and goes on')
  await reload(ana)
  await reads(ana, ['still goes', ...long, 'and goes on'])
  await browser.close()
})
