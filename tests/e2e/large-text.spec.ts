/** For those who have set their browser's letters to twice the size. */
import type { LaunchOptions } from 'playwright/test'
import { chatLink, expect, messages, test as base } from './fixtures.ts'
import { cutOff } from './inspect.ts'
import { openSafety } from './safety-dialog.ts'
import { visitScreens } from './screens.ts'

const test = base.extend<object, object>({
  launchOptions: [({ launchOptions }, use) => use(withLargeText(launchOptions)), { scope: 'worker' }],
})

function withLargeText(options: LaunchOptions): LaunchOptions {
  return { ...options, args: [...(options.args ?? []), '--blink-settings=defaultFontSize=32'] }
}

test('every screen fits, on a desktop and on a phone', async ({ people }) => {
  test.slow()
  await visitScreens(people.newPerson, async (page, screen) => {
    for (const [width, height] of [
      [1280, 800],
      [412, 840],
    ] as const) {
      await page.setViewportSize({ width, height })
      expect.soft(await cutOff(page), `${screen}, ${width} px`).toEqual([])
    }
  })
})

test('a desktop becomes one pane, and each half of the number one column', async ({ people }) => {
  const [mira] = await people.pair('Mira', 'Kenji')
  await expect(messages(mira)).toBeVisible()
  await expect(chatLink(mira, 'Kenji')).toHaveCount(0)
  await mira.setViewportSize({ width: 640, height: 800 })
  const digits = (await openSafety(mira)).getByRole('group', { name: 'Safety number digits', exact: true })
  const lefts = await digits
    .locator('span')
    .evaluateAll((groups) => groups.map((group) => Math.round(group.getBoundingClientRect().left)))
  expect(lefts).toHaveLength(12)
  expect(new Set(lefts).size).toBe(2)
})
