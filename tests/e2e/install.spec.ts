/** Becoming an app: offered by the browser, and by the page to those who use it, once. */
import type { Page } from 'playwright/test'
import { composer, expect, goHome, hasState, messages, reload, say, sees, test } from './fixtures.ts'
import { inspect } from './inspect.ts'

const offer = (page: Page) => page.getByRole('status').filter({ hasText: 'Keep Sotto at hand?' })

/** What a browser does that would install this page. */
async function beOffered(page: Page): Promise<void> {
  await page.evaluate(() => {
    const prompt = (): Promise<void> => {
      document.documentElement.dataset['asked'] = 'yes'
      return Promise.resolve()
    }
    dispatchEvent(Object.assign(new Event('beforeinstallprompt'), { prompt }))
  })
}

test('who has told nobody anything yet is not asked; who has is, and a no is kept', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await beOffered(ana)
  await goHome(ana)
  // Two people have met, and not a word was said.
  await expect(ana.getByRole('button', { name: 'Start a chat', exact: true })).toBeVisible()
  await expect(offer(ana)).toHaveCount(0)
  await ana.goBack()
  await say(ana, 'Hello')
  await hasState(ana, 'Hello', 'delivered')
  await goHome(ana)
  await expect(offer(ana)).toBeVisible()
  await inspect(ana, 'the offer to install')
  await expect(ana.locator('html')).not.toHaveAttribute('data-asked')
  await offer(ana).getByRole('button', { name: 'Not now', exact: true }).click()
  await expect(offer(ana)).toHaveCount(0)
  await reload(ana)
  await beOffered(ana)
  await ana.goto('#/settings')
  const inSettings = ana.getByRole('button', { name: 'Install Sotto as an app', exact: true })
  await expect(inSettings).toBeVisible()
  await expect(offer(ana)).toHaveCount(0)

  // For who only listens it is as much in use.
  await sees(ben, 'Hello')
  await goHome(ben)
  await expect(offer(ben)).toHaveCount(0)
  await beOffered(ben)
  await offer(ben).getByRole('button', { name: 'Install', exact: true }).click()
  await expect(ben.locator('html')).toHaveAttribute('data-asked', 'yes')
  await expect(offer(ben)).toHaveCount(0)
})

test('a message that waits for the other has been nowhere yet', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await ben.close()
  await composer(ana).fill('into the void')
  await composer(ana).press('Enter')
  await expect(messages(ana).getByText('into the void', { exact: true })).toBeVisible()
  await beOffered(ana)
  await goHome(ana)
  await expect(ana.getByText('into the void')).toBeVisible()
  await expect(offer(ana)).toHaveCount(0)
})

test('where Safari asks nobody, Settings says how it is done by hand', async ({ people }) => {
  const how = (page: Page) => page.getByText('press Share in Safari')
  const outside = (standalone: boolean) => ({
    prepare: (context: { addInitScript: (script: string) => Promise<unknown> }) =>
      context.addInitScript(`Object.defineProperty(navigator, 'standalone', { value: ${standalone} })`),
  })
  const [ana, app, other] = [
    await people.newPerson('Ana', outside(false)),
    await people.newPerson('Ana', outside(true)),
    await people.newPerson('Ana'),
  ]
  for (const page of [ana, app, other]) await page.goto('#/settings')
  await expect(how(ana)).toBeVisible()
  for (const page of [app, other]) {
    await expect(page.getByRole('heading', { name: 'On this device', exact: true })).toBeVisible()
    await expect(how(page)).toHaveCount(0)
  }
})
