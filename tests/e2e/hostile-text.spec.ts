/** How much of what people write is a message, and what becomes of the rest: nothing is lost. What is meant badly: attacks-text.spec.ts. */
import type { Page } from 'playwright/test'
import {
  arrivedOnes,
  chatLink,
  composer,
  connected,
  connection,
  expect,
  goHome,
  reads,
  reload,
  say,
  test,
} from './fixtures.ts'

const MAX_BYTES = 15_000

test('15,000 bytes are a message, one more is not, and stays where it is', async ({ people }) => {
  const [ana, ben] = await people.pair()
  const longest = ['x'.repeat(MAX_BYTES), '語'.repeat(MAX_BYTES / 3), '😀'.repeat(MAX_BYTES / 4)]
  for (const [i, text] of longest.entries()) {
    await composer(ana).fill(text)
    await composer(ana).press('Enter')
    await reads(ben, longest.slice(0, i + 1))
  }
  await expect(arrivedOnes(ana)).toHaveCount(3)

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
  // A goodbye may get lost: then it takes three heartbeats, and a while of looking.
  await expect(connection(ana)).toHaveAttribute('data-state', 'waiting', { timeout: 40_000 })
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
  await expect(arrivedOnes(ana)).toHaveCount(whole.length)
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
