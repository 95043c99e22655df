/** What people can write into messages and names, meant badly or not: shown as it is, run never, and nothing is lost. */
import type { Page } from 'playwright/test'
import {
  bubbles,
  chatLink,
  composer,
  connected,
  connection,
  expect,
  goHome,
  hasState,
  meet,
  messages,
  reads,
  reload,
  say,
  test,
} from './fixtures.ts'

const MAX_BYTES = 15_000

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

test('whatever is written is shown as it was written, and never runs @firefox', async ({ people }) => {
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
    await expect(page).not.toHaveTitle(/run/)
    await fits(page)
  }
  await reload(ben)
  await expect(bubbles(ben)).toHaveCount(texts.length)
  await expect(ben).not.toHaveTitle(/run/)
  await say(ben, 'all read')
  await hasState(ben, 'all read', 'delivered')
})

/** No text makes the page wider than the window, or leaves its own message. */
async function fits(page: Page): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(overflow).toBeLessThanOrEqual(0)
  const log = messages(page)
  expect(await log.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0)
  await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeInViewport()
}

test('15,000 bytes are a message, one more is not, and stays where it is', async ({ people }) => {
  const [ana, ben] = await people.pair()
  const longest = ['x'.repeat(MAX_BYTES), '語'.repeat(MAX_BYTES / 3), '😀'.repeat(MAX_BYTES / 4)]
  for (const [i, text] of longest.entries()) {
    await composer(ana).fill(text)
    await composer(ana).press('Enter')
    await reads(ben, longest.slice(0, i + 1))
  }
  await expect(messages(ana).locator('article[data-state="delivered"]')).toHaveCount(3)

  for (const text of ['x'.repeat(MAX_BYTES + 1), '語'.repeat(MAX_BYTES / 3) + 'x', 'x'.repeat(200_000)]) {
    await composer(ana).fill(text)
    await composer(ana).press('Enter')
    await expect(ana.getByRole('alert').filter({ hasText: 'This is too long for one message' })).toBeVisible()
    await expect(ana.getByRole('button', { name: 'Send', exact: true })).toBeDisabled()
    await expect(composer(ana)).toHaveValue(text)
  }
  const tooLong = 'x'.repeat(MAX_BYTES + 1)
  await composer(ana).fill(tooLong)
  await leaveAndReturn(ana)
  await expect
    .poll(() =>
      composer(ana)
        .inputValue()
        .then((text) => text === tooLong),
    )
    .toBe(true)
  await Promise.all([connected(ana), connected(ben)])
  await composer(ana).fill('short')
  await expect(ana.getByRole('alert')).toHaveCount(0)
  await composer(ana).press('Enter')
  await reads(ben, [...longest, 'short'])
})

test('halves of characters do no harm, even written while nobody was there', async ({ people }) => {
  const [ana, ben] = await people.pair()
  const place = ben.url()
  await ben.goto('about:blank')
  await expect(connection(ana)).toHaveAttribute('data-state', 'waiting')
  await say(ana, 'before')
  for (const text of ['half \uDC00', 'half \uD83D', 'nothing\u0000ness', '\u0000']) {
    await write(ana, text)
    await composer(ana).press('Enter')
    await expect(composer(ana)).toHaveValue('')
  }
  await say(ana, 'after')
  // A text that is cut where it gets too long to keep, in the middle of a character.
  await write(ana, `x${'😀'.repeat(60_000)}`)
  await leaveAndReturn(ana)
  await expect
    .poll(() =>
      composer(ana)
        .inputValue()
        .then((text) => /^x😀{49999}\uFFFD?$/u.test(text)),
    )
    .toBe(true)

  const whole = ['before', 'half \uFFFD', 'half \uFFFD', 'nothing\uFFFDness', '\uFFFD', 'after']
  await reads(ana, whole)
  await ben.goto(place)
  await expect(messages(ana).locator('article[data-state="delivered"]')).toHaveCount(whole.length)
  await reads(ben, whole)
})

/** What was begun is kept when one leaves the chat; then it is still there after a reload. */
async function leaveAndReturn(page: Page): Promise<void> {
  await goHome(page)
  await chatLink(page, 'Someone').click()
  await expect(composer(page)).not.toBeEmpty()
  await reload(page)
}

/** As from a keyboard that is cut off: what the test runner itself would not let through. */
async function write(page: Page, text: string): Promise<void> {
  const units = Array.from(text, (character) => character.split('').map((unit) => unit.charCodeAt(0))).flat()
  await composer(page).evaluate((box, units) => {
    ;(box as HTMLTextAreaElement).value = units.map((unit) => String.fromCharCode(unit)).join('')
    box.dispatchEvent(new InputEvent('input', { bubbles: true }))
  }, units)
}

const names: readonly (readonly [claimed: string, shown: string])[] = [
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ['Ben\u202E\u2066 nimdA\u0007\u0000', 'Ben nimdA'],
  ['Zoë\u200B \n \t Blue', 'Zoë Blue'],
]

for (const [claimed, shown] of names)
  test(`somebody calls themselves ${JSON.stringify(claimed)}`, async ({ people }) => {
    const [ana, ben] = await Promise.all([people.newPerson('Ana'), people.newPerson(claimed)])
    await meet(ana, ben)
    await expect(chatLink(ana, shown)).toBeVisible()
    await expect(ana).toHaveTitle('Messages · Sotto')
    await expect(ana.getByRole('heading', { name: shown, exact: true })).toBeVisible()
    await expect(ana.locator('img')).toHaveCount(0)
    await say(ben, 'hi')
    await expect(messages(ana).getByRole('article', { name: shown, exact: true })).toBeVisible()
  })

test('a name that turns letters around turns nothing else around', async ({ people }) => {
  const [ana, ben] = await Promise.all([people.newPerson('Ana'), people.newPerson('\u202Eמירה')])
  await meet(ana, ben)
  await expect(chatLink(ana, 'מירה')).toBeVisible()
  const place = ben.url()
  await ben.goto('about:blank')
  expect(place).toContain('#/chat/')
  await expect(connection(ana)).toContainText('\u2068מירה\u2069 is not here now')
})

test('a long name is cut to what fits, between characters', async ({ people }) => {
  const long = '👩🏽‍🚀'.repeat(3) + 'n'.repeat(80)
  const [ana, ben] = await Promise.all([people.newPerson('Ana'), people.newPerson(long)])
  await meet(ana, ben)
  const name = await ana.getByRole('heading', { level: 1 }).innerText()
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(64)
  expect(long.startsWith(name)).toBe(true)
  expect(name.length).toBeGreaterThan(20)
})
