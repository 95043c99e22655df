/** A long life of messages: found, gone to, scrolled through, with no more of it on the page than is needed. */
import type { Page } from 'playwright/test'
import { plantLife } from '../large/plant.ts'
import { article, bubbles, chatLink, expect, messages, ready, say, test } from './fixtures.ts'

const UNTIL = Date.UTC(2026, 9, 20, 12)
const COUNT = 5_000

async function open(people: Parameters<Parameters<typeof test>[2]>[0]['people'], baseURL: string | undefined) {
  const chats = { Mira: COUNT, Kenji: 40 }
  const page = await people.newPerson(undefined, {
    prepare: async (context) => void (await plantLife(context, baseURL ?? '', { seed: 7, chats, until: UNTIL })),
  })
  await ready(page)
  return page
}

const search = (page: Page) => page.getByRole('searchbox', { name: 'Search', exact: true })
const hits = (page: Page) => page.getByRole('list', { name: 'Messages found', exact: true }).getByRole('link')
const status = (page: Page) => page.locator('.findings').getByRole('status')

test('a message is found among thousands, in its place, and one goes on from there', async ({ people, baseURL }) => {
  const page = await open(people, baseURL)
  await search(page).fill('2500')
  await expect(status(page)).toHaveText('Found in 1 message')
  await expect(hits(page)).toHaveCount(1)
  await page.keyboard.press('ArrowDown')
  await expect(hits(page)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('.sought')).toHaveText(/ 2500\d\d:/)
  await expect(page.locator('.sought')).toBeInViewport()
  // Not its end: the newest is not here, and not on the page.
  await expect(page.getByRole('button', { name: 'Jump to the newest message' })).toBeVisible()
  expect(await bubbles(page).count()).toBeLessThanOrEqual(300)

  // Downwards, until pages have come and gone; the message under one's eyes stays where it is.
  const log = messages(page)
  for (let i = 0; i < 30; i++) {
    await log.evaluate((one) => one.scrollBy({ top: 1500 }))
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  }
  const numbers = (await bubbles(page).allInnerTexts()).map((text) => Number(text.split(' ').at(-1)))
  expect(numbers.length).toBeLessThanOrEqual(300)
  expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i))
  expect(numbers.at(-1)).toBeGreaterThan(2600)

  await page.getByRole('button', { name: 'Jump to the newest message' }).click()
  await expect(article(page, await lastText(page))).toBeInViewport()
  await expect(bubbles(page).last()).toHaveText(new RegExp(` ${COUNT}$`))
})

test('a day is gone to, and one’s own words lead back to the end', async ({ people, baseURL }) => {
  const page = await open(people, baseURL)
  await chatLink(page, 'Mira').click()
  await page.getByRole('button', { name: 'Chat menu', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Go to a date', exact: true }).click()
  await page.getByLabel('Date', { exact: true }).fill('2026-10-15')
  await page.getByRole('button', { name: 'Go', exact: true }).click()
  const sought = page.locator('.sought')
  await expect(sought).toBeInViewport()
  const at = await sought.locator('time').getAttribute('datetime')
  expect(new Date(at ?? '').toDateString()).toBe(new Date('2026-10-15T00:00').toDateString())
  const before = page.locator('article.msg', { has: page.locator('time') }).nth(10)
  expect(await before.count()).toBe(1)
  await say(page, 'and now')
  await expect(article(page, 'and now')).toBeInViewport()
  await expect(bubbles(page).nth(-2)).toHaveText(new RegExp(` ${COUNT}$`))
})

test('case and accents make no difference, what is new is found, and what is not there is said', async ({
  people,
  baseURL,
}) => {
  const page = await open(people, baseURL)
  await chatLink(page, 'Kenji').click()
  await say(page, 'Ein ÄRGERNIS, sagte Zoë in der Straße')
  for (const query of ['ärgernis', 'argernis zoe', 'STRASSE']) {
    await search(page).fill(query)
    await expect(status(page)).toHaveText('Found in 1 message')
    await expect(hits(page)).toHaveCount(1)
  }
  await expect(page.locator('.findings mark')).toHaveText(['Straße'])
  await say(page, 'Noch eine Straße')
  await search(page).fill('strasse ')
  await search(page).fill('strasse')
  await expect(status(page)).toHaveText('Found in 2 messages')
  await search(page).fill('xylophone')
  await expect(page.getByRole('heading', { name: 'Nothing found for “xylophone”' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(search(page)).toHaveValue('')
  await expect(chatLink(page, 'Mira')).toBeVisible()
})

async function lastText(page: Page): Promise<string> {
  await expect(bubbles(page).last()).toHaveText(new RegExp(` ${COUNT}$`))
  return bubbles(page).last().innerText()
}
