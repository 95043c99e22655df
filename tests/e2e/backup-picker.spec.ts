/** A backup straight to the disk, where the browser has a picker: what it writes, and what it leaves when it is stopped. */
import type { Page } from 'playwright/test'
import { plantLife } from '../large/plant.ts'
import { button, exportBackup } from './backup-dialogs.ts'
import { expect, test as base } from './fixtures.ts'
import { field } from './lock-screen.ts'

const PASSPHRASE = 'orchard velvet nine lantern'
const NAME = 'chosen.sotto'

/** Some megabytes of messages, a picker that gives a real file, and random numbers that are always the same. */
const test = base.extend<{ ana: Page }>({
  ana: async ({ people, baseURL }, use) => {
    const life = { seed: 7, chats: { Mira: 30_000 }, until: Date.UTC(2026, 9, 20, 12) }
    const ana = await people.newPerson('Ana', { prepare: (context) => plantLife(context, baseURL ?? '', life) })
    await use(ana)
  },
})

async function pick(page: Page): Promise<void> {
  await page.evaluate((name) => {
    const showSaveFilePicker = async () =>
      await (await navigator.storage.getDirectory()).getFileHandle(name, { create: true })
    Object.assign(globalThis, { showSaveFilePicker })
  }, NAME)
}

/** Two files of the same profile are the same then. */
async function drawTheSame(page: Page): Promise<void> {
  await page.evaluate(() => {
    crypto.getRandomValues = <T extends ArrayBufferView | null>(into: T): T => {
      // Zeros would be no key.
      if (into) new Uint8Array(into.buffer, into.byteOffset, into.byteLength).fill(7)
      return into
    }
  })
}

/** What lies in the chosen place; null: nothing. */
async function chosen(page: Page): Promise<Buffer | null> {
  const text = await page.evaluate(async (name) => {
    const directory = await navigator.storage.getDirectory()
    const handle = await directory.getFileHandle(name).catch(() => undefined)
    if (!handle) return null
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer())
    let text = ''
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
    return btoa(text)
  }, NAME)
  return text === null ? null : Buffer.from(text, 'base64')
}

/** Ends with the dialog open. */
async function save(page: Page): Promise<void> {
  await button(page, 'Export backup').click()
  await field(page, 'Passphrase').fill(PASSPHRASE)
  await field(page, 'Repeat passphrase').fill(PASSPHRASE)
  await button(page, 'Save file').click()
}

/** Holds what is written up until `go` is called, and so the export. */
async function holdUp(page: Page): Promise<{ waits(): Promise<unknown>; go(): Promise<void> }> {
  const gate = await page.evaluateHandle(() => {
    let [began, go] = [() => {}, () => {}]
    const waits = new Promise<void>((resolve) => (began = resolve))
    const open = new Promise<void>((resolve) => (go = resolve))
    const { write } = FileSystemWritableFileStream.prototype
    FileSystemWritableFileStream.prototype.write = async function (...part: Parameters<typeof write>) {
      began()
      await open
      await write.apply(this, part)
    }
    return { waits, go }
  })
  return {
    waits: () => gate.evaluate(({ waits }) => waits),
    go: () => gate.evaluate(({ go }) => go()),
  }
}

async function stopMidway(page: Page): Promise<void> {
  const gate = await holdUp(page)
  await save(page)
  await gate.waits()
  await button(page, 'Stop').click()
  await gate.go()
  await expect(page.getByText('Stopped. The file was not kept.')).toBeVisible()
  await page.reload()
  await pick(page)
}

test('what lies on the disk is, to the last byte, what a download would be; stopped, nothing new stays', async ({
  ana,
}) => {
  await ana.goto(new URL('#/settings', ana.url()).href)
  await pick(ana)
  await stopMidway(ana)
  expect(await chosen(ana)).toBe(null)

  await drawTheSame(ana)
  await save(ana)
  await expect(ana.getByText('Saved.')).toBeVisible()
  await button(ana, 'Close').last().click()
  const written = await chosen(ana)
  expect(written?.length).toBeGreaterThan(2 ** 21)
  const downloaded = await exportBackup(ana, PASSPHRASE)
  expect(written?.equals(downloaded)).toBe(true)

  // Over an older one: that one stays.
  await pick(ana)
  await stopMidway(ana)
  expect((await chosen(ana))?.equals(downloaded)).toBe(true)
})
