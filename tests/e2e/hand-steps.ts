/** The screen on which two people pass the codes themselves, as they use it. */
import type { Locator, Page } from 'playwright/test'
import { expect } from './fixtures.ts'

export const CONFIG = JSON.stringify({ relays: [], iceServers: [], relayOnly: false })

export const byHand = (page: Page): Locator => page.getByRole('button', { name: 'Connect by hand', exact: true })
export const next = (page: Page): Locator => page.getByRole('button', { name: 'Continue', exact: true })
export const own = (page: Page): Locator => page.getByRole('textbox', { name: 'Your code', exact: true })
export const theirs = (page: Page): Locator => page.getByRole('textbox', { name: 'Their code', exact: true })
export const step = (page: Page): Locator => page.getByRole('status').filter({ hasText: /^Step \d of \d$/ })

/** The code that is shown now, once it is made. */
export async function codeOf(page: Page): Promise<string> {
  await expect(own(page)).toHaveValue(/^sotto-hand-1\./)
  await expect(page.getByRole('img', { name: 'Your code as QR', exact: true })).toBeVisible()
  return own(page).inputValue()
}

export async function paste(page: Page, code: string): Promise<void> {
  await theirs(page).fill(code)
  await next(page).click()
}
