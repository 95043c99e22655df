import type { Page } from 'playwright/test'
import { expect, test, type Probe, type Tab } from './storage-tab.ts'
import { importInto } from './vite-page.ts'

const write = ({ probe }: Tab, unread = 1) =>
  probe.evaluate((p, n) => p.commit({ op: 'contact', contact: { ...p.contact(1), unread: n } }), unread)
const tryClaim = ({ probe }: Tab) => probe.evaluate((p) => p.outcome(() => p.claim()))
const unread = ({ probe }: Tab) => probe.evaluate(async (p) => (await p.claim()).contacts.map((one) => one.unread))

test.describe('a browser that refuses', () => {
  test('a full disk is said, and nothing of the commit is applied', async ({ owner }) => {
    await write(owner, 1)
    const ended = await owner.page.evaluateHandle(() => {
      const put = IDBObjectStore.prototype.put
      let puts = 0
      IDBObjectStore.prototype.put = function (...row) {
        if (++puts === 3) throw new DOMException('stub', 'QuotaExceededError')
        return put.apply(this, row)
      }
      return { restore: () => (IDBObjectStore.prototype.put = put) }
    })
    const trouble = await owner.probe.evaluate((p) =>
      p.commit(
        { op: 'contact', contact: { ...p.contact(1), unread: 2 } },
        { op: 'contact', contact: p.contact(2) },
        { op: 'message', message: p.own('needle-contact-1', 1) },
      ),
    )
    expect(trouble).toBe('full')
    await ended.evaluate((stub) => void stub.restore())
    expect(await unread(owner)).toEqual([1])
    expect(await owner.probe.evaluate((p) => p.counts())).toEqual({
      owner: 1,
      slots: 1,
      contacts: 1,
      manifest: 1,
    })
    expect(await write(owner, 3)).toBe('done')
  })

  test('a bug in a row is a bug, and nothing of the commit is applied', async ({ owner }) => {
    const thrown = await owner.probe.evaluate((p) =>
      p.commit({ op: 'contact', contact: p.contact(1) }, { op: 'block', key: new Uint8Array(31) }).then(
        () => 'written',
        (error: unknown) => (error instanceof RangeError ? 'RangeError' : 'other'),
      ),
    )
    expect(thrown).toBe('RangeError')
    expect(await unread(owner)).toEqual([])
    expect(await write(owner, 4)).toBe('done')
  })

  const without: Record<string, () => void> = {
    'no IndexedDB': () => Object.defineProperty(globalThis, 'indexedDB', { value: undefined }),
    'no Web Locks': () => Object.defineProperty(navigator, 'locks', { value: undefined }),
    'no WebCrypto': () => Object.defineProperty(crypto, 'subtle', { value: undefined }),
    'IndexedDB that may not be opened': () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('stub', 'SecurityError')
      }
    },
    'a lock that may not be asked for': () => {
      LockManager.prototype.request = () => Promise.reject(new DOMException('stub', 'SecurityError'))
    },
  }
  for (const [what, breakIt] of Object.entries(without)) {
    test(`${what}: unavailable`, async ({ newTab }) => {
      const tab = await newTab()
      await tab.page.evaluate(breakIt)
      expect(await tryClaim(tab)).toBe('unavailable')
      expect(await write(tab)).toBe('fenced')
    })
  }

  test('a connection that was dropped is opened again @firefox', async ({ newTab }) => {
    const tab = await newTab()
    // The connections of this tab, to drop them as a browser does: closed, with an event or without.
    const opened = await tab.page.evaluateHandle(() => {
      const all: IDBDatabase[] = []
      const transaction = IDBDatabase.prototype.transaction
      IDBDatabase.prototype.transaction = function (...options) {
        if (!all.includes(this)) all.push(this)
        return transaction.apply(this, options)
      }
      return all
    })
    const drop = (says: boolean) =>
      opened.evaluate((all, withEvent) => {
        const last = all.at(-1)
        last?.close()
        if (withEvent) last?.dispatchEvent(new Event('close'))
      }, says)
    await tryClaim(tab)
    expect(await write(tab, 1)).toBe('done')
    await drop(false)
    expect(await write(tab, 2)).toBe('done')
    await drop(true)
    expect(await write(tab, 3)).toBe('done')
    await drop(false)
    expect(await tab.probe.evaluate((p) => p.page('needle-contact-1', 9, 9))).toEqual([])
    expect(await unread(tab)).toEqual([3])
    expect(await opened.evaluate((all) => all.length)).toBe(4)
  })

  test('an upgrade by a newer version is let through; the old version is of no more use @firefox', async ({
    newTab,
  }) => {
    const [old, newer] = [await newTab(), await newTab()]
    await tryClaim(old)
    await write(old)
    const upgraded = await newer.probe.evaluate(
      (p) =>
        new Promise((resolve) => {
          const request = indexedDB.open(p.DATABASE, 1000)
          request.onblocked = () => resolve('blocked')
          request.onsuccess = () => resolve('open')
        }),
    )
    expect(upgraded).toBe('open')
    // It hears of it by itself, and is told why.
    await expect.poll(() => old.probe.evaluate((p) => p.endings())).toEqual(['newer'])
    expect(await write(old)).toBe('fenced')
    expect(await tryClaim(old)).toBe('newer')
  })

  test('a profile that was wiped elsewhere is not written to @firefox', async ({ newTab }) => {
    const [first, second] = [await newTab(), await newTab()]
    await tryClaim(first)
    await write(first, 1)
    await second.probe.evaluate((p) => p.settled(indexedDB.deleteDatabase(p.DATABASE)))
    expect(await write(first, 2)).toMatch(/^(cleared|fenced)$/)
    expect(await first.probe.evaluate((p) => p.endings())).toEqual(['cleared'])
    expect(await unread(first)).toEqual([])
    expect(await write(first, 3)).toBe('done')
  })

  test('whether the browser keeps the profile is a yes or a no', async ({ newTab }) => {
    const { page } = await newTab()
    const module = await importInto<typeof import('../../src/storage/persist.ts')>(page, '/src/storage/persist.ts')
    const answer = () => module.evaluate((m) => m.persisted())
    await page.evaluate(() => {
      StorageManager.prototype.persisted = () => Promise.resolve(false)
      StorageManager.prototype.persist = () => Promise.resolve(true)
    })
    expect(await answer()).toBe(true)
    await page.evaluate(() => {
      StorageManager.prototype.persist = () => Promise.reject(new TypeError('stub'))
    })
    expect(await answer()).toBe(false)
    await page.evaluate(() => Object.defineProperty(navigator, 'storage', { value: undefined }))
    expect(await answer()).toBe(false)
  })
})

test('a quota that is really used up: what is there can be read', async ({ newTab, context, modules }) => {
  const owner = await newTab()
  const control = await context.newCDPSession(owner.page)
  const limit = (quotaSize: number) => control.send('Storage.overrideQuotaForOrigin', { origin, quotaSize })
  const { origin } = new URL(modules.url)
  // Chromium remembers for a while how much room there was, and asks again only for what would not fit in it.
  await limit(100_000)
  await tryClaim(owner)
  expect(await write(owner, 1)).toBe('done')
  const long = () =>
    owner.probe.evaluate((p) => {
      const body = { kind: 'text' as const, text: 'x'.repeat(15_000) }
      const row = (seq: number) => ({ op: 'message' as const, message: { ...p.received('a', seq), body } })
      return p.commit(...Array.from({ length: 20 }, (_, i) => row(i + 1)))
    })
  expect(await long()).toBe('full')
  expect(await owner.probe.evaluate((p) => p.page('a', Infinity, 99))).toEqual([])

  // Now not even a claim can be written: two tabs more can read, and in the end one of them writes.
  await limit(1)
  expect(await long()).toBe('full')
  expect(await write(owner)).toBe('full')
  const tabs = [await newTab(), await newTab()]
  for (const tab of tabs) expect(await unread(tab)).toEqual([1])
  expect(await Promise.all([owner, ...tabs].map((tab) => write(tab)))).not.toContain('done')
  await limit(100_000_000)
  await expect
    .poll(async () => (await Promise.all([owner, ...tabs].map((tab) => write(tab, 2)))).sort())
    .toEqual(['done', 'fenced', 'fenced'])
  expect(await owner.probe.evaluate((p) => p.lost())).toBe(1)
})

test('a page that did not come over a secure line: unavailable', async ({ page, modules }) => {
  await serveInsecurely(page, modules.url)
  await page.goto('http://insecure.test/')
  expect(await page.evaluate(() => isSecureContext)).toBe(false)
  const probe = await importInto<Probe>(page, '/tests/e2e/storage-probe.ts')
  expect(await probe.evaluate((p) => p.outcome(() => p.claim()))).toBe('unavailable')
})

async function serveInsecurely(page: Page, url: string): Promise<void> {
  await page.route('http://insecure.test/**', async (route) => {
    const { pathname, search } = new URL(route.request().url())
    await route.fulfill({ response: await route.fetch({ url: new URL(pathname + search, url).href }) })
  })
}
