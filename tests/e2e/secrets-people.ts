/** Two people, each with a browser that keeps its profile on disk, at a server of their own; and what is in those profiles. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { test as base, type BrowserContext, type Page } from 'playwright/test'
import type { Needles } from '../needles.ts'
import { wholeChromium } from '../run/engines.ts'
import { expect, visit } from './fixtures.ts'
import { host, Record } from './secrets-record.ts'
import type { Host } from './secrets-record.ts'
import { Watch } from './watch.ts'

/**
 * Where a browser itself keeps the address of a page that was visited, fragment and all. No page can take it out again; the
 * link is worth nothing once it was used.
 */
const HISTORY =
  /^(Default\/(History|Favicons|Top Sites|Sessions\/(Session|Tabs)_\d+)|segmentation_platform\/ukm_db)(-journal|-wal)?$/

export type Person = {
  readonly name: 'inviter' | 'joiner'
  readonly page: Page
  /** Of each file of the profile what is known of it. The text of an opened link is passed over in the browser's history. */
  files(known: Needles, openedLinks: readonly string[]): string[]
}

export type People = {
  readonly inviter: Person
  readonly joiner: Person
  readonly record: Record
  readonly server: Host
  /** Both close their browsers. */
  leave(): Promise<void>
}

export const test = base.extend<{ people: People }>({
  people: async ({ playwright }, use) => {
    const [server, record] = [await host(), new Record()]
    const watch = new Watch(server.home)
    const directories: string[] = []
    const contexts: BrowserContext[] = []
    const arrive = async (name: Person['name']): Promise<Person> => {
      const directory = mkdtempSync(join(tmpdir(), 'sotto-profile-'))
      directories.push(directory)
      const context = await playwright.chromium.launchPersistentContext(directory, wholeChromium)
      contexts.push(context)
      await watch.follow(context)
      await record.follow(name, context)
      const page = await context.newPage()
      await visit(page, server.home)
      return { name, page, files: (known, openedLinks) => search(directory, known, openedLinks) }
    }
    const leave = async () => void (await Promise.all(contexts.splice(0).map((context) => context.close())))
    await use({ inviter: await arrive('inviter'), joiner: await arrive('joiner'), record, server, leave })
    await leave()
    await server.close()
    for (const directory of directories) rmSync(directory, { recursive: true, force: true })
    expect(watch.complaints(), 'what the pages complained about').toEqual([])
  },
})

function search(directory: string, known: Needles, openedLinks: readonly string[]): string[] {
  const fragments = openedLinks.map((link) => link.slice(link.indexOf('#')))
  return readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return []
    const path = join(entry.parentPath, entry.name)
    const name = relative(directory, path).replaceAll('\\', '/')
    const bytes = readFileSync(path)
    if (HISTORY.test(name)) for (const fragment of fragments) blank(bytes, fragment)
    return known.in(bytes).map((found) => `${name}: ${found}`)
  })
}

/** Puts zeros over a text wherever it stands as a whole. */
function blank(bytes: Buffer, text: string): void {
  for (const spelled of [Buffer.from(text, 'latin1'), Buffer.from(text, 'utf16le')])
    for (let at = bytes.indexOf(spelled); at >= 0; at = bytes.indexOf(spelled, at))
      bytes.fill(0, at, at + spelled.length)
}

/** The key under all keys of this profile, unwrapped as the app does it: to know it, and that it was drawn. */
export function vaultOf(page: Page): Promise<{ readonly master: string; readonly installId: string }> {
  return page.evaluate(async () => {
    type Slot = { installId: Uint8Array<ArrayBuffer>; deviceKey: CryptoKey; wrapped: Uint8Array<ArrayBuffer> }
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error ?? new Error('no cause'))
      })
    const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    const db = await done(indexedDB.open('sotto'))
    const slot = (await done(db.transaction('slots').objectStore('slots').get(0))) as Slot
    db.close()
    const { installId, deviceKey, wrapped } = slot
    const additionalData = Uint8Array.of(...new TextEncoder().encode('sotto/1/slot'), ...installId, 0)
    const how = { name: 'AES-GCM', iv: wrapped.slice(0, 12), additionalData }
    const master = new Uint8Array(await crypto.subtle.decrypt(how, deviceKey, wrapped.slice(12)))
    return { master: hex(master), installId: hex(installId) }
  })
}
