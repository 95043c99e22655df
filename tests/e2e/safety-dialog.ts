/** The safety number as a person uses it. */
import { expect, type Locator, type Page } from 'playwright/test'
import { settled } from './settled.ts'

export function seal(page: Page): Locator {
  return page.getByRole('button', { name: 'Safety number', exact: true })
}

/** Opens the dialog of the conversation that is shown. */
export async function openSafety(page: Page): Promise<Locator> {
  await seal(page).click()
  const dialog = page.getByRole('dialog', { name: 'Safety number', exact: true })
  await expect(dialog.getByRole('heading', { name: 'Safety number', exact: true })).toBeVisible()
  return dialog
}

/** Opens the dialog and its camera. */
export async function scan(page: Page): Promise<void> {
  const dialog = await openSafety(page)
  await dialog.getByRole('button', { name: 'Scan their code', exact: true }).click()
}

/** What the app says of a comparison; `data-result` holds it in a word. */
export function verification(page: Page): Locator {
  return page.getByRole('status', { name: 'Verification', exact: true })
}

/** A picture (PNG) of the code on somebody's screen, whose dialog is open. */
export async function photograph(page: Page): Promise<Buffer> {
  await settled(page)
  return page.getByRole('img', { name: 'Safety number QR code', exact: true }).screenshot()
}

/** Chooses a picture in the open dialog. */
export async function choosePicture(page: Page, picture: string | { name: string; buffer: Buffer }): Promise<void> {
  const input = page.getByLabel('Choose a picture', { exact: true })
  await input.setInputFiles(typeof picture === 'string' ? picture : { ...picture, mimeType: 'image/png' })
}

export async function expectVerified(page: Page, verified: boolean): Promise<void> {
  await expect(seal(page)).toHaveAttribute('data-verified', String(verified))
}
