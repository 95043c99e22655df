/** How somebody comes to a link, in the app and on the bare page. */
import type { Page } from 'playwright/test'
import { expect } from './bench.ts'

/** Makes a link on a page that is open and returns it. */
export type Invite = (page: Page) => Promise<string>

export const inApp: Invite = async (page) => {
  await page.getByRole('button', { name: 'Start a chat', exact: true }).click()
  const link = page.getByRole('textbox', { name: 'Invite link', exact: true })
  await expect(link).toHaveValue(/#\/join\/./)
  await expect(page.getByRole('status', { name: 'Connection', exact: true })).toHaveAttribute('data-state', 'waiting')
  return link.inputValue()
}

export const onFloor: Invite = async (page) => (await page.locator('html').getAttribute('data-link')) ?? ''
