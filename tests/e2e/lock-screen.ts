/** Setting a passphrase, and the screen that asks for it. */
import { expect, type Locator, type Page } from 'playwright/test'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

export const field = (within: Page | Locator, name: string) => within.getByRole('textbox', { name, exact: true })

/** The page asks for the passphrase, and says nothing else. */
export async function isLocked(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Hush.', exact: true })).toBeVisible()
  await expect(page).toHaveTitle('Locked · Sotto')
  await expect(page.getByRole('log')).toHaveCount(0)
  await expect(page.getByRole('navigation')).toHaveCount(0)
}

/** By way of the settings; ends there. */
export async function setPassphrase(page: Page, passphrase: string, by = 'Set a passphrase'): Promise<void> {
  await page.goto(new URL('#/settings', page.url()).href)
  await button(page, by).click()
  await field(page, 'Passphrase').fill(passphrase)
  await field(page, 'Repeat passphrase').fill(passphrase)
  await button(page, 'Save').click()
  await expect(button(page, 'Change passphrase')).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

export async function give(page: Page, passphrase: string): Promise<void> {
  await field(page, 'Passphrase').fill(passphrase)
  await button(page, 'Unlock').click()
}

export async function unlock(page: Page, passphrase: string): Promise<void> {
  await expect(button(page, 'Unlock')).toBeEnabled()
  await give(page, passphrase)
  await expect(page.getByRole('heading', { name: 'Hush.', exact: true })).toHaveCount(0)
}

/** By way of the settings. */
export async function lockNow(page: Page): Promise<void> {
  await page.goto(new URL('#/settings', page.url()).href)
  await button(page, 'Lock now').click()
  await isLocked(page)
}

/** As when another tab comes before this one, or back. */
export async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    },
    hidden ? 'hidden' : 'visible',
  )
}
