/**
 * People at their browsers, driven by roles and names only. Every page is watched to its end: an uncaught error, a
 * console error, a refusal of the content policy or a request to anywhere but the tested site fails the test.
 */
import { expect, test as base, type Browser, type BrowserContext, type Page } from 'playwright/test'
import { Watch } from './watch.ts'

export { expect }

export type Odds = {
  /** Another browser than the project's. */
  readonly browser?: Browser
  /** A profile that is there already, instead of a fresh one. */
  readonly context?: BrowserContext
  /** Changes what this person's pages will find, before the first one is opened. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>
}

export type People = {
  /** Someone new: a fresh browser profile with the app open and ready. The name is entered when a link is made or opened. */
  newPerson(name?: string, odds?: Odds): Promise<Page>
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
    // One after the other: Firefox loses a window that opens beside another.
    let opening: Promise<unknown> = Promise.resolve()
    const comer = async (name?: string, odds: Odds = {}) => {
      // Nobody watches, and without a graphics card what moves is computed pixel by pixel, sixty times a second.
      const context =
        odds.context ?? (await (odds.browser ?? browser).newContext({ baseURL: home, reducedMotion: 'reduce' }))
      contexts.push(context)
      await watch.follow(context)
      await odds.prepare?.(context)
      const opened = opening.then(() => context.newPage())
      opening = opened.catch(() => undefined)
      const page = await opened
      if (name !== undefined) names.set(page, name)
      return page
    }
    const newPerson = async (name?: string, odds?: Odds) => {
      const page = await comer(name, odds)
      await visit(page, home)
      return page
    }
    await use({
      newPerson,
      pair: async (inviterName, joinerName) => {
        const [inviter, joiner] = await Promise.all([newPerson(inviterName), comer(joinerName)])
        await meet(inviter, joiner)
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
  // Of a page that shows nothing yet this would be a process more.
  if (page.url() !== 'about:blank') await page.goto('about:blank')
  await page.goto(url)
  await ready(page)
}

export async function ready(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-ready', 'true')
}

/** Another tab of the same person; without `url` at the place of the first one. */
export async function newTab(page: Page, url = page.url()): Promise<Page> {
  const tab = await page.context().newPage()
  const name = names.get(page)
  if (name !== undefined) names.set(tab, name)
  await visit(tab, url)
  return tab
}

export async function reload(page: Page): Promise<void> {
  await page.reload()
  await ready(page)
}

/** Makes a link and leaves its screen open. */
export async function startChat(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Start a chat', exact: true }).click()
  const link = page.getByRole('textbox', { name: 'Invite link', exact: true })
  await expect(link).toHaveValue(/#\/join\/./)
  await enterName(page)
  return link.inputValue()
}

/** Opens a link as if in a new tab, and presses Join. */
export async function pressJoin(page: Page, link: string): Promise<void> {
  await visit(page, link)
  await enterName(page)
  await page.getByRole('button', { name: 'Join chat', exact: true }).click()
}

/** Opens a link as if in a new tab, and joins. */
export async function joinChat(page: Page, link: string): Promise<void> {
  await pressJoin(page, link)
  await expect(messages(page)).toBeVisible()
}

/** One makes a link, the other joins, and both have a line. */
export async function meet(inviter: Page, joiner: Page): Promise<void> {
  await joinChat(joiner, await startChat(inviter))
  await Promise.all([connected(inviter), connected(joiner)])
}

/** Waits until the open conversation has a line to the other person. */
export async function connected(page: Page): Promise<void> {
  await expect(messages(page)).toBeVisible()
  await expect(connection(page)).toHaveAttribute('data-state', /^(direct|relayed)$/)
}

export function connection(page: Page) {
  return page.getByRole('status', { name: 'Connection', exact: true })
}

export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await sees(page, text)
}

export function composer(page: Page) {
  return page.getByRole('textbox', { name: 'Message', exact: true })
}

/** Exactly one message of the open conversation says exactly this. */
export async function sees(page: Page, text: string): Promise<void> {
  await expect(messages(page).getByRole('article').getByText(text, { exact: true })).toBeVisible()
}

/** The whole open conversation, in order. Waits until it is so. */
export async function reads(page: Page, texts: readonly string[]): Promise<void> {
  await expect.poll(() => bubbles(page).allTextContents()).toEqual(texts)
}

/** What the messages say, without time and state. */
export function bubbles(page: Page) {
  return messages(page).getByRole('article').locator('[dir="auto"]')
}

/** The article of the message that says exactly this. */
export function article(page: Page, text: string) {
  return messages(page)
    .getByRole('article')
    .filter({ has: page.getByText(text, { exact: true }) })
}

const ARRIVED = /^(delivered|read)$/

/** The messages that the other side has. */
export function arrivedOnes(page: Page) {
  return messages(page).locator('article:is([data-state="delivered"], [data-state="read"])')
}

export async function hasState(page: Page, text: string, state: string): Promise<void> {
  // What is delivered may have been read by the time one looks.
  const shown = state === 'delivered' ? ARRIVED : state
  await expect(article(page, text)).toHaveAttribute('data-state', shown)
}

export function messages(page: Page) {
  return page.getByRole('log', { name: 'Messages', exact: true })
}

/** A row of the list of chats, by the name of the person. */
export function chatLink(page: Page, name: string) {
  return page.getByRole('list', { name: 'Chats', exact: true }).getByRole('link', { name, exact: true })
}

/** Goes to the list, out of any conversation. */
export async function goHome(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Sotto', exact: true }).click()
  await expect(messages(page)).toHaveCount(0)
}

async function enterName(page: Page): Promise<void> {
  const name = names.get(page)
  if (name !== undefined) await page.getByRole('textbox', { name: 'Your name', exact: true }).fill(name)
}
