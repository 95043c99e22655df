/** Writing a backup to a file, and choosing one. */
import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright/test'
import { expect } from './fixtures.ts'
import { field } from './lock-screen.ts'

export const button = (within: Page | Locator, name: string) => within.getByRole('button', { name, exact: true })
const dialog = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true })

/** Where the browser has a picker for it, the test has not: the file comes as a download, as in other browsers. */
export async function withoutPicker(page: Page): Promise<void> {
  await page.evaluate(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'))
}

/** By way of the settings; ends there. `seen`: is called while the dialog says that it is done. */
export async function exportBackup(
  page: Page,
  passphrase: string,
  seen: (dialog: string) => Promise<void> = () => Promise.resolve(),
): Promise<Buffer> {
  await page.goto(new URL('#/settings', page.url()).href)
  await withoutPicker(page)
  await button(page, 'Export backup').click()
  const asking = dialog(page, 'Export backup')
  await field(asking, 'Passphrase').fill(passphrase)
  await field(asking, 'Repeat passphrase').fill(passphrase)
  const downloading = page.waitForEvent('download')
  await button(asking, 'Save file').click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^Sotto backup \d{4}-\d{2}-\d{2}\.sotto$/)
  await expect(asking.getByText('Saved.')).toBeVisible()
  await seen('export, saved')
  const bytes = await readFile(await download.path())
  await button(asking, 'Close').last().click()
  await expect(asking).toHaveCount(0)
  return bytes
}

/** Presses Restore, in the dialog or on the screen that goes on. */
export async function give(within: Page | Locator, file: Buffer, passphrase: string): Promise<void> {
  await within
    .getByLabel('Backup file', { exact: true })
    .setInputFiles({ name: 'a.sotto', mimeType: 'application/octet-stream', buffer: file })
  await field(within, 'Passphrase').fill(passphrase)
  await button(within, 'Restore').click()
}

export async function openImport(page: Page): Promise<Locator> {
  await button(page, 'Import backup').click()
  return dialog(page, 'Import backup')
}
