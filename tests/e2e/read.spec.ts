/** Read receipts: what is shown as read was on somebody's screen, and who does not tell is not told. */
import type { Page } from 'playwright/test'
import { article, chatLink, expect, goHome, hasState, messages, reload, say, sees, test } from './fixtures.ts'

test('what the other person sees is read; behind another screen it is delivered and no more @firefox', async ({
  people,
}) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await goHome(ben)
  await say(ana, 'Are you there?')
  await isDelivered(ana, 'Are you there?')
  // Not every browser says of a window behind another one that it is looked at.
  await ben.bringToFront()
  await chatLink(ben, 'Ana').click()
  await sees(ben, 'Are you there?')
  await hasState(ana, 'Are you there?', 'read')
  await expect(article(ana, 'Are you there?').getByText('Read', { exact: true })).toBeVisible()
  await say(ana, 'Good')
  await hasState(ana, 'Good', 'read')
  // It is on disk.
  await reload(ana)
  for (const text of ['Are you there?', 'Good']) await hasState(ana, text, 'read')
})

test('what stands below the edge of the screen, or under a dialog, is not read', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await ben.setViewportSize({ width: 900, height: 420 })
  const tall = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n')
  await say(ana, tall)
  await sees(ben, tall)
  await messages(ben).evaluate((log) => log.scrollTo({ top: 0 }))
  const jump = ben.getByRole('button', { name: /^Jump to the newest message/ })
  await expect(jump).toBeVisible()
  await say(ana, 'Down here')
  await expect(jump).toHaveAccessibleName(/1 new/)
  await isDelivered(ana, 'Down here')
  await jump.click()
  await hasState(ana, 'Down here', 'read')

  await ben.getByRole('button', { name: 'Connection details', exact: true }).click()
  await expect(ben.getByRole('dialog', { name: 'Connection', exact: true })).toBeVisible()
  await say(ana, 'Behind it')
  await expect(article(ben, 'Behind it')).toHaveCount(1)
  await isDelivered(ana, 'Behind it')
  await ben.keyboard.press('Escape')
  await hasState(ana, 'Behind it', 'read')
})

test('without read receipts nothing is told, and nothing shown', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await say(ana, 'before')
  await hasState(ana, 'before', 'read')
  await setReceipts(ben, 'Ana', false)
  await say(ana, 'after')
  await sees(ben, 'after')
  await isDelivered(ana, 'after')
  await say(ben, 'from me')
  await sees(ana, 'from me')
  await isDelivered(ben, 'from me')
  // Kept over a reload, and undone as easily.
  await reload(ben)
  await say(ana, 'after that')
  await sees(ben, 'after that')
  for (const text of ['after', 'after that']) await isDelivered(ana, text)
  await setReceipts(ben, 'Ana', true)
  for (const text of ['after', 'after that']) await hasState(ana, text, 'read')
})

/** Delivered and no more. */
async function isDelivered(page: Page, text: string): Promise<void> {
  await expect(article(page, text)).toHaveAttribute('data-state', 'delivered')
}

/** Sets the switch, and comes back to the chat. */
async function setReceipts(page: Page, name: string, on: boolean): Promise<void> {
  await goHome(page)
  await page.getByRole('link', { name: 'Settings', exact: true }).click()
  const receipts = page.getByRole('switch', { name: 'Send read receipts', exact: true })
  await expect(receipts).toBeChecked({ checked: !on })
  await receipts.click()
  await expect(receipts).toBeChecked({ checked: on })
  await chatLink(page, name).click()
}
