/** A move from one device to another, as the two pages show it. */
import type { Locator, Page } from 'playwright/test'
import { button } from './backup-dialogs.ts'
import { expect, visit } from './fixtures.ts'

export const number = (within: Page | Locator): Locator =>
  within.getByRole('group', { name: 'Number to compare', exact: true })

/** On the device that has the profile: the link that is shown. Ends with the dialog open. */
export async function makeMoveLink(page: Page): Promise<string> {
  await page.goto(new URL('#/settings', page.url()).href)
  await button(page, 'Move to a new device').click()
  const link = moveDialog(page).getByRole('textbox', { name: 'Move link', exact: true })
  await expect(link).toHaveValue(/#\/move\/./)
  await expect(moveDialog(page).getByText('Waiting for the link to be opened.')).toBeVisible()
  return await link.inputValue()
}

export const moveDialog = (page: Page): Locator =>
  page.getByRole('dialog', { name: 'Move to a new device', exact: true })

/** Opens the link on the new device and begins; ends when both show one number. */
export async function compareNumbers(old: Page, anew: Page, link: string): Promise<void> {
  await visit(anew, link)
  await expect(anew.getByRole('heading', { name: 'Your chats can come here.', exact: true })).toBeVisible()
  expect(new URL(anew.url()).hash).toBe('#/')
  await button(anew, 'Begin').click()
  await expect(number(old)).toBeVisible({ timeout: 30_000 })
  await expect(number(anew)).toHaveText((await number(old).textContent()) ?? '')
}
