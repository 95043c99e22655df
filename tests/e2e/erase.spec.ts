/** Everything goes: from the page, from the browser, and from the disk. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright/test'
import { wholeChromium } from '../run/engines.ts'
import { connection, expect, meet, newTab, ready, reload, say, sees, startChat, test, visit } from './fixtures.ts'
import { field, isLocked, lockNow, setPassphrase } from './lock-screen.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const poster = (page: Page) => page.getByRole('heading', { name: 'Say it in a low voice.', exact: true })

/** Init script: every key that this page draws, as hex; also the one that wraps the others. */
function watchKeys(): void {
  const keys = Object.assign(globalThis, { keys: [] as string[] }).keys
  const note = (bytes: Uint8Array): void => {
    if (bytes.length === 32) keys.push(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''))
  }
  const fill = crypto.getRandomValues.bind(crypto)
  crypto.getRandomValues = (array) => {
    fill(array)
    if (array instanceof Uint8Array) note(array)
    return array
  }
  const { subtle } = crypto as { readonly subtle?: SubtleCrypto }
  // Not on about:blank.
  if (!subtle) return
  const make = subtle.generateKey.bind(subtle)
  // One whose bytes are known, in the place of one that nobody can read.
  subtle.generateKey = (async (how: AesKeyGenParams, extractable: boolean, uses: KeyUsage[]) => {
    if (how.name !== 'AES-GCM') return await make(how, extractable, uses)
    return await subtle.importKey('raw', crypto.getRandomValues(new Uint8Array(32)), how, extractable, uses)
  }) as typeof subtle.generateKey
}

const keysOf = (page: Page) => page.evaluate(() => (globalThis as unknown as { keys: string[] }).keys)

/** What this origin holds. */
const held = (page: Page) =>
  page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }))

const NOTHING = { databases: [], caches: [], workers: 0 }

async function erase(page: Page): Promise<void> {
  await button(page, 'Erase everything').click()
  const dialog = page.getByRole('dialog', { name: 'Erase everything', exact: true })
  await expect(button(page, 'Erase everything').last()).toBeDisabled()
  await field(dialog, 'Type erase to go on').fill('erase')
  await dialog.getByRole('button', { name: 'Erase everything', exact: true }).click()
}

const settings = (page: Page) => page.goto(new URL('#/settings', page.url()).href)

/** Every file of a browser’s profile, by path. */
async function filesOf(directory: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
  const read = async (path: string) => [path, await readFile(path).catch(() => Buffer.alloc(0))] as const
  return new Map(await Promise.all(files.map((file) => read(join(file.parentPath, file.name)))))
}

/** In which files a text or key (hex) is, in any form in which a browser keeps it. */
function findIn(files: ReadonlyMap<string, Buffer>, needle: string): readonly string[] {
  const forms = [Buffer.from(needle), Buffer.from(needle, 'utf16le')]
  if (/^[0-9a-f]{64}$/.test(needle)) forms.push(Buffer.from(needle, 'hex'))
  return [...files].filter(([, content]) => forms.some((form) => content.includes(form))).map(([path]) => path)
}

type Profile = { readonly context: BrowserContext; readonly directory: string }

const onDisk = test.extend<{ profile: Profile }>({
  profile: async ({ playwright, baseURL }, use) => {
    const directory = await mkdtemp(join(tmpdir(), 'sotto-erase-'))
    const options = { ...wholeChromium, baseURL: baseURL ?? '', serviceWorkers: 'allow' as const }
    const context = await playwright.chromium.launchPersistentContext(directory, options)
    await use({ context, directory })
    await context.close()
    await rm(directory, { recursive: true, force: true, maxRetries: 5 })
  },
})

onDisk(
  'erased, neither the origin nor the browser’s files hold a message, a name or a key',
  async ({ people, profile: { context, directory } }) => {
    const ana = await people.newPerson('Ana Needle', {
      context,
      prepare: (browser) => browser.addInitScript(watchKeys),
    })
    const ben = await people.newPerson('Ben Needle')
    await meet(ana, ben)
    await say(ana, 'needle in the hay')
    await say(ben, 'needle in the sea')
    await sees(ana, 'needle in the sea')
    await expect.poll(async () => (await held(ana)).caches.length).toBeGreaterThan(0)
    const keys = await keysOf(ana)
    // To know that the search can find something: the key that opens the others, which a browser writes as it is.
    const before = await filesOf(directory)
    expect(keys.filter((key) => findIn(before, key).length > 0)).toHaveLength(1)

    const second = await context.newPage()
    await second.goto(ana.url().replace(/#.*/, ''))
    await ready(second)
    await settings(second)
    await erase(second)
    for (const page of [second, ana]) await expect(poster(page)).toBeVisible()
    for (const page of [second, ana]) expect(await held(page)).toEqual(NOTHING)
    await expect(connection(ben)).not.toHaveAttribute('data-state', /direct|relayed/, { timeout: 5_000 })

    await context.close()
    const after = await filesOf(directory)
    expect(after.size).toBeGreaterThan(20)
    const needles = ['Ana Needle', 'Ben Needle', 'needle in the hay', 'needle in the sea', ...keys]
    expect(needles.flatMap((needle) => findIn(after, needle).map((path) => `${needle}: ${path}`))).toEqual([])
  },
)

test('erased where the host says nothing about it, the origin holds nothing until somebody begins @firefox', async ({
  people,
}) => {
  const ana = await people.newPerson('Ana')
  await startChat(ana)
  await ana.context().route('**/erased.html', async (route) => {
    const response = await route.fetch()
    const { 'clear-site-data': _told, ...headers } = response.headers()
    await route.fulfill({ response, headers })
  })
  await settings(ana)
  await button(ana, 'Erase everything').click()
  const dialog = ana.getByRole('dialog', { name: 'Erase everything', exact: true })
  await field(dialog, 'Type erase to go on').fill('eras')
  await field(dialog, 'Type erase to go on').press('Enter')
  await expect(dialog.getByRole('button', { name: 'Erase everything', exact: true })).toBeDisabled()
  await dialog.getByRole('button', { name: 'Keep', exact: true }).click()
  await expect(dialog).toHaveCount(0)
  await erase(ana)
  await expect(poster(ana)).toBeVisible()
  await expect(ana.getByRole('status')).toContainText('All that was here is erased.')
  expect(await held(ana)).toEqual(NOTHING)
  await startChat(ana)
  expect((await held(ana)).databases).toEqual(['sotto'])
  // A link to that place shows nothing but what is so.
  await visit(ana, new URL('erased.html', ana.url()).href)
  await expect(ana.getByRole('list', { name: 'Waiting invites' }).getByRole('link')).toHaveCount(1)
})

test('who forgot the passphrase can erase, also without the host', async ({ people }) => {
  people.expectError(/ERR_FAILED/)
  const ana = await people.newPerson('Ana')
  await startChat(ana)
  await setPassphrase(ana, 'open sesame')
  await lockNow(ana)
  await reload(ana)
  await isLocked(ana)
  const other = await newTab(ana)
  await isLocked(other)
  await ana.context().route('**/erased.html', (route) => route.abort())
  await erase(ana)
  await expect(ana.getByRole('heading', { name: 'Everything is erased.', exact: true })).toBeVisible()
  expect(await held(ana)).toEqual(NOTHING)
  await expect(poster(other)).toBeVisible()
})
