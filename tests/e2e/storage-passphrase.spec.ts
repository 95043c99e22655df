/** A passphrase in the place of the key that lies on the disk: the storage alone, in a real browser with its real worker. */
import type { JSHandle, Page } from 'playwright/test'
import vectors from '../vectors/argon2id.json' with { type: 'json' }
import { expect, test as base } from './storage-tab.ts'
import { importInto } from './vite-page.ts'

type Probe = typeof import('./passphrase-probe.ts')
type Tab = { readonly page: Page; readonly probe: JSHandle<Probe> }

const test = base.extend<{ tab: () => Promise<Tab>; sealed: Tab }>({
  tab: async ({ newTab }, use) => {
    await use(async () => {
      const { page } = await newTab()
      return { page, probe: await importInto<Probe>(page, '/tests/e2e/passphrase-probe.ts') }
    })
  },
  /** A profile with a contact under “open sesame”, and nobody who has it open. */
  sealed: async ({ tab }, use) => {
    const made = await tab()
    await made.probe.evaluate(async (p) => {
      await p.claim()
      await p.commit({ op: 'contact', contact: p.contact(1) })
      p.history.lock()
      await p.sealCheaply('open sesame')
    })
    await made.page.close()
    await use(await tab())
  },
})

const claimed = (probe: JSHandle<Probe>) => probe.evaluate((p) => p.outcome(() => p.claim()))
const contactsOf = (outcome: unknown) => (outcome as { contacts: readonly { id: string }[] }).contacts.length

test('Argon2id gives the published answers, in the worker and without it @firefox', async ({ tab }) => {
  const { page, probe } = await tab()
  let workers = 0
  page.on('worker', () => workers++)
  for (const { hash, ...vector } of vectors.reference)
    expect(await probe.evaluate((p, v) => p.derive(v), vector), JSON.stringify(vector)).toBe(hash)
  expect(workers).toBe(vectors.reference.length)
  const [, { hash, ...small }] = vectors.reference as [unknown, (typeof vectors.reference)[0]]
  expect(await probe.evaluate((p, v) => p.deriveSlowly(v), small)).toBe(hash)
  // A page that may have no worker, or whose worker is not let run.
  for (const broken of ['throws', 'fails'] as const) {
    await page.evaluate((how) => {
      globalThis.Worker = class extends Worker {
        constructor() {
          if (how === 'throws') throw new DOMException('no', 'SecurityError')
          super('data:text/javascript,throw 1')
        }
      }
    }, broken)
    expect(await probe.evaluate((p, v) => p.derive(v), small), broken).toBe(hash)
  }
})

test('a passphrase takes the place of the key of the device, can be changed and taken away', async ({ tab }) => {
  const { page, probe } = await tab()
  await probe.evaluate(async (p) => {
    await p.claim()
    await p.commit({ op: 'contact', contact: p.contact(1) })
  })
  expect(await probe.evaluate((p) => p.slots())).toEqual(['0 installId,deviceKey,wrapped'])
  const rows = await probe.evaluate(async (p) => JSON.stringify(await p.entriesOf('contacts')))
  const set = (text: string) => probe.evaluate((p, to) => p.outcome(() => p.history.setPassphrase(to)), text)
  expect(await set('first')).toBe('done')
  expect(await probe.evaluate((p) => p.slots())).toEqual(['1 installId,kdf,wrapped'])
  // What this program writes itself: 64 MiB, three passes, one lane.
  expect(await probe.evaluate(async (p) => [...(await p.slot()).kdf.slice(0, 7)])).toEqual([1, 0, 1, 0, 0, 3, 1])
  const first = await probe.evaluate(async (p) => String((await p.slot()).kdf))
  expect(await set('se\u0301cond')).toBe('done')
  expect(await probe.evaluate(async (p) => String((await p.slot()).kdf))).not.toBe(first)
  expect(await probe.evaluate((p) => p.history.sealed)).toBe(true)

  const next = await tab()
  expect(await claimed(next.probe)).toBe('locked')
  expect(await next.probe.evaluate((p) => p.unlock('first'))).toMatchObject({ ok: false, why: 'wrong' })
  await next.probe.evaluate((p) => p.forgive())
  // The same on another keyboard.
  expect(await next.probe.evaluate((p) => p.unlock('s\u00e9cond'))).toEqual({ ok: true })
  expect(contactsOf(await claimed(next.probe))).toBe(1)
  // Who lost the profile has nothing left to open it with.
  expect(await set('third')).toBe('fenced')
  expect(await claimed(probe)).toBe('locked')
  await page.close()

  expect(await next.probe.evaluate((p) => p.outcome(() => p.history.removePassphrase()))).toBe('done')
  expect(await next.probe.evaluate((p) => p.slots())).toEqual(['0 installId,deviceKey,wrapped'])
  expect(await next.probe.evaluate((p) => p.history.sealed)).toBe(false)
  const last = await tab()
  expect(contactsOf(await claimed(last.probe))).toBe(1)
  expect(await last.probe.evaluate(async (p) => JSON.stringify(await p.entriesOf('contacts')))).toBe(rows)
})

test('who asks for the passphrase takes nothing from the tab that has the profile, until it is given', async ({
  sealed: first,
  tab,
}) => {
  expect(await claimed(first.probe)).toBe('locked')
  expect(await first.probe.evaluate((p) => p.unlock('open sesame'))).toEqual({ ok: true })
  expect(contactsOf(await claimed(first.probe))).toBe(1)
  // Its own page may claim again, as one does that comes back.
  expect(contactsOf(await claimed(first.probe))).toBe(1)

  const second = await tab()
  expect(await claimed(second.probe)).toBe('locked')
  expect(await first.probe.evaluate((p) => p.commit({ op: 'contact', contact: p.contact(2) }))).toBe('done')
  expect(await second.probe.evaluate((p) => p.unlock('open sesame'))).toEqual({ ok: true })
  expect(await first.probe.evaluate((p) => p.lost())).toBe(0)
  expect(contactsOf(await claimed(second.probe))).toBe(2)
  await expect.poll(() => first.probe.evaluate((p) => p.lost())).toBe(1)

  await second.probe.evaluate((p) => p.history.lock())
  for (const { probe } of [first, second]) {
    expect(await claimed(probe)).toBe('locked')
    expect(await probe.evaluate((p) => p.commit({ op: 'contact', contact: p.contact(3) }))).toBe('fenced')
    expect(await probe.evaluate((p) => p.outcome(() => p.page('a', 9, 9)))).toBe('unavailable')
  }
})

test('attack 57: wrong passphrases must wait longer each time, in every tab and after a reload', async ({
  sealed: { page, probe },
  tab,
}) => {
  const tryOne = (at: JSHandle<Probe>, text = 'wrong') => at.evaluate((p, said) => p.unlock(said), text)
  const first = await tryOne(probe)
  expect(first).toMatchObject({ ok: false, why: 'wrong' })
  const waits: number[] = []
  for (const count of [1, 2, 3, 9, 10, 98]) {
    await probe.evaluate((p, [n, at]) => p.alterSlot(() => ({ failed: { count: n, at } })), [
      count,
      Date.now(),
    ] as const)
    // The right one does not count either.
    const early = await tryOne(probe, 'open sesame')
    expect(early).toMatchObject({ ok: false, why: 'early' })
    waits.push('wait' in early ? early.wait : 0)
  }
  const seconds = waits.map((ms) => Math.ceil(ms / 1000))
  expect(seconds).toEqual([1, 2, 4, 256, 300, 300])
  await page.close()
  const next = await tab()
  expect(await tryOne(next.probe, 'open sesame')).toMatchObject({ ok: false, why: 'early' })
  // A clock that was set back must not lock anybody out for longer than that.
  await next.probe.evaluate((p, at) => p.alterSlot(() => ({ failed: { count: 1, at } })), Date.now() + 9e9)
  const early = await tryOne(next.probe)
  expect('wait' in early ? early.wait : 0).toBeLessThanOrEqual(1_000)
  await next.probe.evaluate((p, at) => p.alterSlot(() => ({ failed: { count: 3, at } })), Date.now() - 5_000)
  expect(await tryOne(next.probe, 'open sesame')).toEqual({ ok: true })
  expect(await next.probe.evaluate(async (p) => 'failed' in (await p.slot()))).toBe(false)
})

test('attack 57: a slot whose guessing was made cheap, or that was altered, opens with no passphrase', async ({
  sealed: { page, probe },
}) => {
  let workers = 0
  page.on('worker', () => workers++)
  const before = await probe.evaluate((p) => p.slot())
  const right = async (): Promise<unknown> => {
    await probe.evaluate((p) => p.forgive())
    return await probe.evaluate((p) => p.unlock('open sesame'))
  }
  const refused = { ok: false, why: 'wrong' }
  const { memoryKiB, passes, lanes } = await probe.evaluate((p) => p.FLOOR)
  // Not even tried: below what this program writes, above what a device can, or another form.
  for (const cost of [
    { memoryKiB: 8, passes, lanes },
    { memoryKiB: memoryKiB - 1, passes, lanes },
    { memoryKiB, passes: 1, lanes },
    { memoryKiB: 2 ** 21, passes, lanes },
    { memoryKiB, passes: 200, lanes },
    { memoryKiB, passes, lanes: 0 },
  ]) {
    await probe.evaluate((p, to) => p.alterCost(to), cost)
    expect(await right(), JSON.stringify(cost)).toMatchObject(refused)
  }
  expect(workers).toBe(0)
  // Allowed, and not what was written.
  await probe.evaluate((p, to) => p.alterCost(to), { memoryKiB: memoryKiB + 1, passes, lanes })
  expect(await right()).toMatchObject(refused)
  for (const part of ['installId', 'kdf', 'wrapped'] as const) {
    await probe.evaluate((p, [whole, name]) => p.alterSlot(() => ({ ...whole, [name]: p.flipped(whole[name], 15) })), [
      before,
      part,
    ] as const)
    expect(await right(), part).toMatchObject(refused)
  }
  for (const part of ['installId', 'kdf', 'wrapped'] as const) {
    await probe.evaluate((p, [whole, name]) => p.alterSlot(() => ({ ...whole, [name]: 'text' })), [
      before,
      part,
    ] as const)
    expect(await right(), part).toMatchObject(refused)
  }
  expect(workers).toBe(4)
  await probe.evaluate((p, whole) => p.alterSlot(() => whole), before)
  expect(await right()).toEqual({ ok: true })
})
