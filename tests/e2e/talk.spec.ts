/** Two people who were brought together by a link: what each says and sees. */
import type { Page } from 'playwright/test'
import {
  arrivedOnes,
  article,
  bubbles,
  chatLink,
  composer,
  connection,
  expect,
  hasState,
  meet,
  messages,
  reads,
  say,
  sees,
  test,
} from './fixtures.ts'
import { holdLine, letGo } from './wire.ts'

test('a link, two people, words both ways @firefox', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  for (const page of [ana, ben]) await expect(connection(page)).toHaveAttribute('data-state', 'direct')
  await expect(ana.getByRole('heading', { name: 'Ben', exact: true })).toBeVisible()
  await expect(ben.getByRole('heading', { name: 'Ana', exact: true })).toBeVisible()
  await expect(chatLink(ana, 'Ben')).toHaveAttribute('aria-current', 'page')

  await say(ana, 'Hello Ben')
  await hasState(ana, 'Hello Ben', 'delivered')
  await sees(ben, 'Hello Ben')
  await say(ben, 'Hello Ana')
  await hasState(ben, 'Hello Ana', 'delivered')
  await say(ana, 'A second one')
  await hasState(ana, 'A second one', 'delivered')
  await Promise.all([ana, ben].map((page) => reads(page, ['Hello Ben', 'Hello Ana', 'A second one'])))
  await whose(ana, ['true', 'false', 'true'])
  await whose(ben, ['false', 'true', 'false'])
  await expect(article(ben, 'Hello Ben')).not.toHaveAttribute('data-state')
  await timesAreNow(ana)
})

/** Who wrote what, by what the other side of the contract says. */
async function whose(page: Page, mine: readonly string[]): Promise<void> {
  const all = messages(page).getByRole('article')
  await expect.poll(() => all.evaluateAll((ones) => ones.map((one) => one.dataset['mine']))).toEqual(mine)
}

/** One line that says Today above the first message, and at every message its time. */
async function timesAreNow(page: Page): Promise<void> {
  const log = messages(page)
  const days = log.locator('time:not(article time)')
  await expect(days).toHaveText(['Today'])
  await expect(days).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\d$/)
  const times = log.getByRole('article').locator('time')
  const ages = await times.evaluateAll((all) =>
    all.map((one) => Math.abs(Date.now() - Date.parse((one as HTMLTimeElement).dateTime))),
  )
  expect(ages.length).toBe(3)
  expect(Math.max(...ages)).toBeLessThan(120_000)
}

test('a message is waiting, then sent, then delivered, and never says more than is so', async ({ people }) => {
  const ana = await people.newPerson('Ana')
  const ben = await people.newPerson('Ben', { prepare: (context) => context.addInitScript(holdLine) })
  await meet(ana, ben)

  // Ben's page has it, and its receipt does not get through.
  await letGo(ben, false)
  await say(ana, 'Are you there?')
  await sees(ben, 'Are you there?')
  await hasState(ana, 'Are you there?', 'sent')
  await letGo(ben, true)
  await hasState(ana, 'Are you there?', 'delivered')

  const place = ben.url()
  await ben.goto('about:blank')
  await expect(connection(ana)).toHaveAttribute('data-state', 'waiting')
  await say(ana, 'Now you are not')
  await hasState(ana, 'Now you are not', 'queued')
  await ben.goto(place)
  await hasState(ana, 'Now you are not', 'delivered')
  await reads(ben, ['Are you there?', 'Now you are not'])
})

test('Enter sends, Shift+Enter breaks the line, and an input method keeps its Enter', async ({ people }) => {
  const [ana, ben] = await people.pair()
  const box = composer(ana)
  await box.pressSequentially('one')
  await box.press('Shift+Enter')
  await box.pressSequentially('two')
  await box.press('Enter')
  await expect(box).toHaveValue('')
  await reads(ana, ['one\ntwo'])
  await reads(ben, ['one\ntwo'])
  expect(await bubbles(ben).innerText()).toBe('one\ntwo')

  await box.fill('  \n ')
  await box.press('Enter')
  await expect(ana.getByRole('button', { name: 'Send', exact: true })).toBeVisible()
  await box.fill('にほん')
  await box.evaluate((element) => {
    const chosen = { key: 'Enter', bubbles: true, cancelable: true }
    element.dispatchEvent(new KeyboardEvent('keydown', { ...chosen, isComposing: true }))
    element.dispatchEvent(new KeyboardEvent('keydown', { ...chosen, keyCode: 229 }))
  })
  await expect(box).toHaveValue('にほん')
  await box.press('Enter')
  await reads(ben, ['one\ntwo', 'にほん'])
  await reads(ana, ['one\ntwo', 'にほん'])
})

test('both write at once: everything arrives, once and in order', async ({ people }) => {
  const [ana, ben] = await people.pair()
  const pages = [ana, ben]
  const wrote = pages.map((_, who) => Array.from({ length: 25 }, (_, i) => `${'ab'[who]}${i}`))
  await Promise.all(
    pages.map(async (page, who) => {
      for (const text of wrote[who] ?? []) {
        await composer(page).fill(text)
        await composer(page).press('Enter')
      }
    }),
  )
  for (const page of pages) {
    for (const [who, texts] of wrote.entries()) {
      const mine = pages[who] === page
      const those = messages(page).locator(`article[data-mine="${mine}"] [dir="auto"]`)
      await expect.poll(() => those.allTextContents()).toEqual(texts)
    }
    await expect(arrivedOnes(page)).toHaveCount(25)
  }
})

test('only http and https become links, and they lead out safely', async ({ people }) => {
  const [ana, ben] = await people.pair()
  const text = [
    'https://example.org/a?b=c#d, (http://example.com/x_(y)) and HTTPS://EXAMPLE.ORG',
    'https://paypal.com@evil.example/ looks like another',
    'javascript:alert(1) data:text/html,<b>x</b> ftp://example.org file:///etc/passwd vbscript:x www.example.org',
    'https:// http://[bad https://exa mple',
  ].join('\n')
  await composer(ana).fill(text)
  await composer(ana).press('Enter')
  for (const page of [ana, ben]) {
    const links = messages(page).getByRole('article').getByRole('link')
    const found = await expect
      .poll(() => links.evaluateAll((all) => (all as HTMLAnchorElement[]).map((a) => [a.textContent, a.href])))
      .toEqual([
        ['https://example.org/a?b=c#d', 'https://example.org/a?b=c#d'],
        ['http://example.com/x_(y)', 'http://example.com/x_(y)'],
        ['HTTPS://EXAMPLE.ORG', 'https://example.org/'],
        ['https://paypal.com@evil.example/', 'https://paypal.com@evil.example/'],
        ['https://exa', 'https://exa/'],
      ])
      .then(() => links.all())
    for (const link of found) {
      await expect(link).toHaveAttribute('rel', 'noopener noreferrer')
      await expect(link).toHaveAttribute('target', '_blank')
    }
    await expect(bubbles(page)).toContainText('(evil.example)')
  }
})
