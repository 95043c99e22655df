import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JSHandle } from 'playwright/test'
import { wholeChromium } from '../run/engines.ts'
import { key, messageId } from './storage-fixtures.ts'
import { expect, test, type Probe } from './storage-tab.ts'

/** Writes one of everything; every text in it contains “Needle” or “needle”. */
const fill = (probe: JSHandle<Probe>) =>
  probe.evaluate(async (p) => {
    await p.claim()
    return await p.commit(
      { op: 'profile', profile: p.profile },
      { op: 'contact', contact: p.contact(1) },
      { op: 'block', key: p.key(10) },
      { op: 'invite', invite: p.boundInvite },
      { op: 'join', join: p.join },
      { op: 'message', message: p.received(p.contact(1).id, 1) },
      { op: 'message', message: p.own(p.contact(1).id, 2) },
      { op: 'message', message: p.fromTheFuture },
    )
  })

/** The start of every 32-byte key, every id and every time in it. */
const KEYS = [...Array(600).keys()].map((n) => Buffer.from(key(n)).subarray(0, 10))
const IDS = [1, 2, 3, 4].map(messageId)
const TIMES = [1_700_000_000_000, 1_700_000_000_001, 1_700_000_000_002]

test.describe('on disk', { tag: '@firefox' }, () => {
  test('no key and no value says anything', async ({ newTab }) => {
    const { probe } = await newTab()
    expect(await fill(probe)).toBe('done')
    const entries = await probe.evaluate((p) => p.dump())
    expect(entries.length).toBeGreaterThan(12)

    const hex = (text: string) => Buffer.from(text).toString('hex')
    const needles = [
      ...[hex('Needle'), hex('needle'), hex('NEEDLE'), ...IDS, ...IDS.map(hex)],
      ...KEYS.flatMap((bytes) => [bytes.toString('hex'), hex(bytes.toString('hex'))]),
      ...TIMES.flatMap((time) => [String(time), time.toString(16)]),
    ]
    for (const entry of entries) expect(needles.filter((needle) => entry.includes(needle))).toEqual([])
    // The key that wraps the master key is not for scripts.
    expect(entries.find((entry) => entry.startsWith('slots'))).toContain('(key, extractable: false)')
  })

  test('sizes come in steps, and the same row never looks the same', async ({ owner: { probe } }) => {
    const sizes = await probe.evaluate(async (p) => {
      // Each begins a page of its own.
      const row = (page: number, length: number) => {
        const seq = 64 * page
        const body = { kind: 'text' as const, text: 'x'.repeat(length) }
        return { op: 'message' as const, message: { ...p.received('a', seq), body } }
      }
      await p.commit(row(1, 1), row(2, 200), row(3, 240), row(4, 900), row(5, 15_000))
      const found = (await p.entriesOf('pages')).map((entry) => (entry.value as Uint8Array).length)
      const first = async () => String((await p.entriesOf('pages'))[0]?.value)
      const before = await first()
      await p.commit(row(1, 1))
      return { found, same: (await first()) === before }
    })
    const overhead = 3 + 12 + 16
    expect(sizes.found.map((size) => size - overhead)).toEqual([256, 256, 512, 1024, 16_384])
    expect(sizes.same).toBe(false)
  })
})

test('the files of the browser say nothing', async ({ modules, tabIn, playwright }) => {
  const directory = await mkdtemp(join(tmpdir(), 'sotto-profile-'))
  try {
    const context = await playwright.chromium.launchPersistentContext(directory, wholeChromium)
    const { probe, page } = await tabIn(context)
    expect(await fill(probe)).toBe('done')
    // To know that the search can find something: a row that nobody sealed.
    await page.evaluate(async () => {
      const request = indexedDB.open('control', 1)
      request.onupgradeneeded = () => request.result.createObjectStore('rows').put('ControlMarker', 1)
      await new Promise((resolve) => (request.onsuccess = resolve))
      request.result.close()
    })
    expect(modules.url).toContain('127.0.0.1')
    await context.close()

    const files = await readdir(directory, { recursive: true, withFileTypes: true })
    const stored = files.filter((file) => file.isFile() && /IndexedDB|storage/i.test(file.parentPath))
    const all = Buffer.concat(await Promise.all(stored.map((file) => readFile(join(file.parentPath, file.name)))))
    const finds = (text: string) => all.includes(text) || all.includes(Buffer.from(text, 'utf16le'))
    expect(finds('ControlMarker')).toBe(true)
    expect(['Needle', 'needle', ...IDS].filter(finds)).toEqual([])
    expect(KEYS.filter((bytes) => all.includes(bytes))).toEqual([])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

test('a tab that is closed in the middle of a commit leaves all of it or nothing', async ({ newTab }) => {
  const COUNT = 400
  // The contact, the secret of its chat, pages of 64 messages, and of each message its id.
  const PUTS = 2 + Math.ceil(COUNT / 64) + COUNT
  const died: number[] = []
  for (const at of [1, 2, COUNT, PUTS, PUTS + 1]) {
    const tab = await newTab()
    await tab.probe.evaluate((p) => p.claim())
    let resolve = (): void => undefined
    const reached = new Promise<void>((done) => (resolve = done))
    await tab.page.exposeFunction('reached', () => resolve())
    await tab.page.evaluate((stopAt) => {
      let puts = 0
      const put = IDBObjectStore.prototype.put
      IDBObjectStore.prototype.put = function (...row) {
        // The transaction is open and stays so: the tab is kept busy until it dies.
        if (++puts === stopAt) {
          void (globalThis as unknown as { reached(): Promise<void> }).reached()
          for (const end = performance.now() + 20_000; performance.now() < end;);
        }
        return put.apply(this, row)
      }
    }, at)
    // A tab that is busy may not get to say that it was asked.
    const asked = tab.probe.evaluate(
      (p, [round, count]) => {
        const contact = { ...p.contact(1), unread: round }
        const rows = Array.from({ length: count }, (_, i) => ({
          op: 'message' as const,
          message: p.received(p.contact(1).id, round * 1000 + i + 1),
        }))
        void p.commit({ op: 'contact', contact }, ...rows)
      },
      [at, COUNT] as const,
    )
    void asked.catch(() => undefined)
    await (at <= PUTS ? reached : asked)
    await tab.page.close()

    const next = await newTab()
    const loaded = await next.probe.evaluate((p) => p.claim())
    const rows = await next.probe.evaluate((p, round) => p.page(p.contact(1).id, (round + 1) * 1000, 1000), at)
    const newer = rows.filter((seq) => seq > at * 1000)
    const isApplied = loaded.contacts[0]?.unread === at
    expect(newer.length, `died at put ${at}`).toBe(isApplied ? COUNT : 0)
    expect(loaded.damaged).toBe(0)
    if (!isApplied) died.push(at)
    await next.page.close()
  }
  expect(died.length, 'deaths in the middle').toBeGreaterThanOrEqual(3)
})
