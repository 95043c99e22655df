/** What people who mean harm put into messages and names. The numbers are those of the list of attacks. */
import type { Page } from 'playwright/test'
import {
  bubbles,
  chatLink,
  composer,
  connection,
  expect,
  goHome,
  hasState,
  joinChat,
  meet,
  messages,
  pressJoin,
  reads,
  reload,
  say,
  startChat,
} from './fixtures.ts'
import { test } from './liar.ts'
import { openSafety } from './safety-dialog.ts'

const texts: readonly (readonly [what: string, text: string])[] = [
  ['a picture with a handler', '<img src=x onerror="document.title=\'run\'">'],
  ['a script', '<script>document.title = "run"</script>'],
  ['a drawing with a script', '<svg><script>document.title="run"</script><a href="javascript:run()">x</a></svg>'],
  ['links that would run', 'javascript:document.title="run" and data:text/html,<script>run()</script>'],
  ['a style', '<style>* { display: none }</style>'],
  ['characters with names', '&lt;b&gt; &amp; &#x202E; &NewLine;'],
  ['a template', '${document.title} {{ 1 + 1 }} %s %n'],
  ['the end of a text turned around', 'invoice\u202Efdp.exe'],
  ['embeddings, isolates and marks that never end', '\u202A\u202B\u202D\u2066\u2067\u2068 open \u200E\u200F\u061C'],
  ['right to left', 'שלום עולם, مرحبا'],
  ['seven thousand marks on one letter', `e${'\u0301'.repeat(7_000)}`],
  ['no room to breathe', 'W'.repeat(5_000)],
  ['nothing to see', '\u200B\u2060\uFEFF\u00AD x'],
  ['control characters', 'bell \u0007 escape \u001B[31m delete \u007F'],
  ['emoji', '👩🏽‍🚀'],
  ['a family and a flag', 'hello 👨‍👩‍👧‍👦 🇯🇵 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  ['white space that matters', '  two\n\n\tlines  and   more  '],
  ['an address of another kind', 'http://[::1]:99999/ https://user:pass@\u202Eexample.com/%00'],
]

test('attacks 44 and 46: whatever is written is shown as it was written, and never runs', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  for (const [, text] of texts) {
    await composer(ana).fill(text)
    await composer(ana).press('Enter')
    await expect(composer(ana)).toHaveValue('')
  }
  for (const page of [ana, ben]) {
    await expect(bubbles(page)).toHaveCount(texts.length)
    for (const [i, [what, text]] of texts.entries()) {
      const shown = bubbles(page).nth(i).locator('span').first()
      const written = await shown.evaluate((said) => {
        for (const note of said.querySelectorAll('small')) note.remove()
        return said.textContent
      })
      expect(written, what).toBe(text)
      const marks = await shown.evaluate((said) => [...said.querySelectorAll('*')].map((one) => one.tagName))
      expect(
        marks.filter((name) => name !== 'A' && name !== 'SMALL'),
        `${what}: ${text.slice(0, 40)}`,
      ).toEqual([])
    }
    await expect(messages(page).locator('article[data-state="queued"], article[data-state="failed"]')).toHaveCount(0)
    expect(await badLinks(page)).toEqual([])
    await expect(page).not.toHaveTitle(/run/)
    await fits(page)
  }
  await reload(ben)
  await expect(bubbles(ben)).toHaveCount(texts.length)
  await expect(ben).not.toHaveTitle(/run/)
  await say(ben, 'all read')
  await hasState(ben, 'all read', 'delivered')
})

/** Links in the conversation that lead elsewhere than to the web, or let what they open look back. */
function badLinks(page: Page): Promise<string[]> {
  return messages(page)
    .locator('a')
    .evaluateAll((links) =>
      (links as HTMLAnchorElement[])
        .filter(
          ({ href, rel, target }) => !/^https?:/.test(href) || rel !== 'noopener noreferrer' || target !== '_blank',
        )
        .map((link) => link.outerHTML),
    )
}

/** No text makes the page wider than the window, or leaves its own message. */
async function fits(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
  const log = messages(page)
  expect(await log.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0)
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeInViewport()
}

const MARK = '\u0301'

test('attack 44: ten thousand marks on one letter are no message and no name', async ({ people, liar }) => {
  const tower = `e${MARK.repeat(10_000)}`
  // What the app refuses to send, and what it refuses to take from one that is not so shy.
  const texts = { tower: `e${MARK.repeat(7_500)}` }
  const ana = await people.newPerson(tower)
  const ben = await people.newPerson('Ben', { prepare: liar({ texts }) })
  await meet(ana, ben)
  await expect(chatLink(ben, 'Someone')).toBeVisible()
  await composer(ana).fill(tower)
  await expect(ana.getByRole('alert').filter({ hasText: 'This is too long for one message' })).toBeVisible()
  await expect(ana.getByRole('button', { name: 'Send', exact: true })).toBeDisabled()
  await say(ben, 'tower')
  await hasState(ben, 'tower', 'failed')
  await say(ben, 'and on')
  await reads(ana, ['and on'])
})

test('attack 44: a name over 64 bytes is nobody’s, and the link is still good', async ({ people, liar }) => {
  const ana = await people.newPerson('Ana')
  const mal = await people.newPerson('Mal', { prepare: liar({ name: `e${MARK.repeat(32)}` }) })
  const link = await startChat(ana)
  await pressJoin(mal, link)
  await expect(connection(mal)).toHaveAttribute('data-state', 'waiting')
  const ben = await people.newPerson('Ben')
  await joinChat(ben, link)
  await expect(chatLink(ana, 'Ben')).toBeVisible()
})

const names: readonly (readonly [claimed: string, shown: string])[] = [
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ['Ben\u202E\u2066 nimdA\u0007\u0000', 'Ben nimdA'],
  ['Zoë\u200B \n \t Blue', 'Zoë Blue'],
  [`e${MARK.repeat(31)}`, `é${MARK.repeat(30)}`],
]

for (const [claimed, shown] of names)
  test(`attacks 44 and 46: somebody calls themselves ${JSON.stringify(claimed)}`, async ({ people, liar }) => {
    const ana = await people.newPerson('Ana')
    const ben = await people.newPerson('Ben', { prepare: liar({ name: claimed }) })
    await meet(ana, ben)
    await expect(chatLink(ana, shown)).toBeVisible()
    await expect(ana).toHaveTitle('Messages · Sotto')
    await expect(ana.getByRole('heading', { name: shown, exact: true })).toBeVisible()
    await expect(ana.locator('img')).toHaveCount(0)
    await say(ben, 'hi')
    await expect(messages(ana).getByRole('article', { name: shown, exact: true })).toBeVisible()
  })

test('attack 44: a name that turns letters around turns nothing else around', async ({ people, liar }) => {
  const ana = await people.newPerson('Ana')
  const ben = await people.newPerson('Ben', { prepare: liar({ name: '\u202Eמירה' }) })
  await meet(ana, ben)
  await expect(chatLink(ana, 'מירה')).toBeVisible()
  const place = ben.url()
  await ben.goto('about:blank')
  expect(place).toContain('#/chat/')
  // A goodbye may get lost: then it takes three heartbeats, and a while of looking.
  await expect(connection(ana)).toContainText('\u2068מירה\u2069 is not here now', { timeout: 40_000 })
  const places = [await withName(ana, 'מירה')]
  await openSafety(ana)
  places.push(await withName(ana, 'מירה'))
  await ana.keyboard.press('Escape')
  for (const item of ['Rename', 'Remove contact']) {
    await ana.getByRole('button', { name: 'Chat menu', exact: true }).click()
    await ana.getByRole('menuitem', { name: item, exact: true }).click()
    await expect(ana.getByRole('dialog')).toBeVisible()
    places.push(await withName(ana, 'מירה'))
    await ana.keyboard.press('Escape')
  }
  await goHome(ana)
  places.push(await withName(ana, 'מירה'))
  for (const { loose, isolated } of places) {
    expect(loose).toEqual([])
    expect(isolated).toBeGreaterThan(0)
  }
})

/** Pieces of text that hold this name: in an element of their own or between isolating marks, or loose among others. */
function withName(page: Page, name: string): Promise<{ loose: string[]; isolated: number }> {
  return page.evaluate((name) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const loose: string[] = []
    let isolated = 0
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent ?? ''
      if (!text.includes(name)) continue
      if (text.includes(`\u2068${name}\u2069`) || node.parentElement?.closest('bdi, [dir=auto]')) isolated++
      else loose.push(text)
    }
    return { loose, isolated }
  }, name)
}

test('attack 44: a long name is cut to what fits, between characters', async ({ people }) => {
  const long = '👩🏽‍🚀'.repeat(3) + 'n'.repeat(80)
  const [ana, ben] = await Promise.all([people.newPerson('Ana'), people.newPerson(long)])
  await meet(ana, ben)
  const name = await ana.getByRole('heading', { level: 1 }).innerText()
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(64)
  expect(long.startsWith(name)).toBe(true)
  expect(name.length).toBeGreaterThan(20)
})
