/**
 * People at their browsers, driven by roles and names only. Every page is watched to its end: an uncaught error, a
 * console error, a refusal of the content policy or a request to anywhere but the tested site fails the test.
 */
import { expect, test as base, type BrowserContext, type Page } from 'playwright/test'
import { Watch } from './watch.ts'

export { expect }

export type People = {
  /** Someone new: a fresh browser profile with the app open and ready. The name is entered when a link is made or opened. */
  newPerson(name?: string): Promise<Page>
  /** Two people in one open conversation: who made the link, who opened it. */
  pair(inviterName?: string, joinerName?: string): Promise<[inviter: Page, joiner: Page]>
  /** A console error that this test causes on purpose. */
  expectError(pattern: RegExp): void
  /** Another server that this test runs, as `ws://localhost:1234`. */
  allowOrigin(url: string): void
}

const names = new WeakMap<Page, string>()

export const test = base.extend<{ people: People }>({
  people: async ({ browser, baseURL }, use) => {
    const home = baseURL ?? ''
    const watch = new Watch(home)
    const contexts: BrowserContext[] = []
    const newPerson = async (name?: string) => {
      const context = await browser.newContext()
      contexts.push(context)
      await watch.follow(context)
      const page = await context.newPage()
      if (name !== undefined) names.set(page, name)
      await visit(page, home)
      return page
    }
    await use({
      newPerson,
      pair: async (inviterName, joinerName) => {
        const [inviter, joiner] = await Promise.all([newPerson(inviterName), newPerson(joinerName)])
        await joinChat(joiner, await startChat(inviter))
        await Promise.all([connected(inviter), connected(joiner)])
        return [inviter, joiner]
      },
      expectError: (pattern) => watch.expectError(pattern),
      allowOrigin: (url) => watch.allowOrigin(url),
    })
    await Promise.all(contexts.map((context) => context.close()))
    expect(watch.complaints(), 'what the pages complained about').toEqual([])
  },
})

/** Loads a URL afresh, even if it differs from the present one in its fragment only, until the screen can be used. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto('about:blank')
  await page.goto(url)
  await ready(page)
}

export async function ready(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'true')
}

/** Makes a link and leaves its screen open. */
export async function startChat(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Start a chat', exact: true }).click()
  const link = page.getByRole('textbox', { name: 'Invite link', exact: true })
  await expect(link).toHaveValue(/#\/join\/./)
  await enterName(page)
  return link.inputValue()
}

/** Opens a link as if in a new tab, and joins. */
export async function joinChat(page: Page, link: string): Promise<void> {
  await visit(page, link)
  await enterName(page)
  await page.getByRole('button', { name: 'Join chat', exact: true }).click()
  await expect(messages(page)).toBeVisible()
}

/** Waits until the open conversation has a line to the other person. */
export async function connected(page: Page): Promise<void> {
  await expect(messages(page)).toBeVisible()
  await expect(page.getByRole('status', { name: 'Connection', exact: true })).toHaveAttribute(
    'data-state',
    /^(direct|relayed)$/,
  )
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await sees(page, text)
}

/** Exactly one message of the open conversation says exactly this. */
export async function sees(page: Page, text: string): Promise<void> {
  await expect(messages(page).getByRole('article').getByText(text, { exact: true })).toBeVisible()
}

export function messages(page: Page) {
  return page.getByRole('log', { name: 'Messages', exact: true })
}

async function enterName(page: Page): Promise<void> {
  const name = names.get(page)
  if (name !== undefined) await page.getByRole('textbox', { name: 'Your name', exact: true }).fill(name)
}
