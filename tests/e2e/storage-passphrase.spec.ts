/** A passphrase in the place of the key that lies on the disk: the storage alone, in a real browser with its real worker. */
import type { JSHandle } from 'playwright/test'
import vectors from '../vectors/argon2id.json' with { type: 'json' }
import { expect, test as base, type Probe, type Tab } from './passphrase-tab.ts'

const test = base.extend<{ sealed: Tab }>({
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

/** How the table of a sealed profile looks, whatever is in use of it. */
const TABLE = [
  '1 installId,kdf,wrapped,note',
  '2 installId,kdf,wrapped,note',
  '3 installId,kdf,wrapped,note',
  '4 count,at,erase',
  '5 installId,kdf,wrapped,note',
]

const fourTimes = <T>(one: T): readonly T[] => [one, one, one, one]

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
  const set = (text: string) => probe.evaluate((p, to) => p.setPassphrase(to), text)
  expect(await set('first')).toBe('done')
  expect(await probe.evaluate((p) => p.slots())).toEqual(TABLE)
  // What this program writes itself: 64 MiB, three passes, one lane.
  const costs = await probe.evaluate(async (p) => (await p.sealedSlots()).map(({ kdf }) => [...kdf.slice(0, 7)]))
  expect(costs).toEqual(fourTimes([1, 0, 1, 0, 0, 3, 1]))
  const first = await probe.evaluate((p) => p.slotTexts())
  expect(await set('se\u0301cond')).toBe('done')
  // The others stay as they are: this profile cannot know whether anything is in them.
  const second = await probe.evaluate((p) => p.slotTexts())
  expect(second.filter((text) => !first.includes(text))).toHaveLength(1)
  expect(new Set(await probe.evaluate(async (p) => (await p.sealedSlots()).map(({ kdf }) => String(kdf)))).size).toBe(1)
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

  expect(await next.probe.evaluate((p) => p.outcome(() => p.history.changeLock({ to: 'none' })))).toBe('done')
  expect(await next.probe.evaluate((p) => p.slots())).toEqual(['0 installId,deviceKey,wrapped,place'])
  expect(await next.probe.evaluate((p) => p.history.sealed)).toBe(false)
  const last = await tab()
  expect(contactsOf(await claimed(last.probe))).toBe(1)
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
    await probe.evaluate((p, [n, at]) => p.setTries(n, at), [count, Date.now()] as const)
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
  await next.probe.evaluate((p, at) => p.setTries(1, at), Date.now() + 9e9)
  const early = await tryOne(next.probe)
  expect('wait' in early ? early.wait : 0).toBeLessThanOrEqual(1_000)
  await next.probe.evaluate((p, at) => p.setTries(3, at), Date.now() - 5_000)
  expect(await tryOne(next.probe, 'open sesame')).toEqual({ ok: true })
  expect(await next.probe.evaluate((p) => p.tries())).toEqual({ count: 0, at: 0, erase: false })
})

test('attack 57: a slot whose guessing was made cheap, or that was altered, opens with no passphrase', async ({
  sealed: { page, probe },
}) => {
  let workers = 0
  page.on('worker', () => workers++)
  const before = await probe.evaluate((p) => p.sealedSlots())
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
    await probe.evaluate(
      async (p, [whole, name]) => {
        await p.alterSlots((_now, i) => ({ ...whole[i], [name]: p.flipped(whole[i]?.[name], 15) }))
      },
      [before, part] as const,
    )
    expect(await right(), part).toMatchObject(refused)
  }
  for (const part of ['installId', 'kdf', 'wrapped'] as const) {
    await probe.evaluate(
      async (p, [whole, name]) => {
        await p.alterSlots((_now, i) => ({ ...whole[i], [name]: 'text' }))
      },
      [before, part] as const,
    )
    expect(await right(), part).toMatchObject(refused)
  }
  expect(workers).toBe(4)
  await probe.evaluate((p, whole) => p.alterSlots((_now, i) => whole[i] ?? {}), before)
  expect(await right()).toEqual({ ok: true })
})

test('a profile of the former form opens, keeps what it counted, and lies in the new form from then on', async ({
  tab,
}) => {
  const made = await tab()
  await made.probe.evaluate(async (p) => {
    await p.claim()
    await p.commit({ op: 'contact', contact: p.contact(1) })
    p.history.lock()
    await p.sealFormerly('open sesame', { count: 3, at: 0 })
  })
  await made.page.close()
  const { page, probe } = await tab()
  let workers = 0
  page.on('worker', () => workers++)
  expect(await probe.evaluate((p) => p.slots())).toEqual(['1 installId,kdf,wrapped,failed'])
  expect(await claimed(probe)).toBe('locked')
  const wrong = await probe.evaluate((p) => p.unlock('wrong'))
  expect(wrong).toMatchObject({ ok: false, why: 'wrong' })
  expect('wait' in wrong ? Math.ceil(wrong.wait / 1000) : 0).toBe(8)
  await probe.evaluate((p) => p.forgive())
  expect(await probe.evaluate((p) => p.unlock('open sesame'))).toEqual({ ok: true })
  expect(contactsOf(await claimed(probe))).toBe(1)
  expect(workers).toBe(2)
  expect(await probe.evaluate((p) => p.slots())).toEqual(TABLE)
  // And all goes on as in one that began so.
  expect(await probe.evaluate((p) => p.setPassphrase('another'))).toBe('done')
  const next = await tab()
  expect(await next.probe.evaluate((p) => p.unlock('another'))).toEqual({ ok: true })
  expect(contactsOf(await claimed(next.probe))).toBe(1)
})

test('all slots are tried under one derivation, and have the same lengths and nothing in common', async ({
  sealed: { page, probe },
}) => {
  let workers = 0
  page.on('worker', () => workers++)
  const slots = await probe.evaluate((p) => p.sealedSlots())
  expect(slots.map(({ wrapped, note }) => [wrapped.length, note?.length])).toEqual(fourTimes([92, 29]))
  const { unwrapped, wrong } = await probe.evaluate(async (p) => ({
    unwrapped: await p.unlock('open sesame'),
    wrong: await p.unlock('wrong'),
  }))
  expect([unwrapped.ok, wrong.ok]).toEqual([true, false])
  expect(workers).toBe(2)
})

test('after ten wrong passphrases none is left, if that was wanted; a device that cannot try one does not count it', async ({
  sealed: { probe },
}) => {
  const after = async (count: number, erase: boolean, text = 'wrong') => {
    await probe.evaluate((p, [n, on]) => p.setTries(n, 0, on), [count, erase] as const)
    return await probe.evaluate((p, said) => p.unlock(said), text)
  }
  expect(await after(3, true)).not.toHaveProperty('left')
  expect(await after(4, true)).toMatchObject({ why: 'wrong', left: 5 })
  expect(await probe.evaluate(async (p) => (await p.history.lockFacts()).left)).toBe(5)
  expect(await after(4, false)).not.toHaveProperty('left')
  expect(await after(8, true)).toMatchObject({ why: 'wrong', left: 1 })
  expect(await after(9, false)).toMatchObject({ why: 'wrong' })
  expect(await after(9, true)).toMatchObject({ why: 'spent' })
  // Whoever closed the page during the tenth.
  expect(await after(10, true)).toMatchObject({ why: 'spent' })
  expect(await after(10, true, 'open sesame')).toEqual({ ok: true })
  expect(await probe.evaluate((p) => p.tries())).toEqual({ count: 0, at: 0, erase: true })
  await probe.evaluate((p) => p.setTries(9, 0, true))
  await probe.evaluate((p) => p.failToDerive())
  expect(await probe.evaluate((p) => p.outcome(() => p.unlock('wrong')))).toBe('unavailable')
  expect(await probe.evaluate((p) => p.tries())).toEqual({ count: 9, at: 0, erase: true })
})

test('passphrases that are tried at once count one after another', async ({ sealed: { probe } }) => {
  const outcomes = await probe.evaluate((p) => Promise.all(['wrong', 'bad', 'false'].map((text) => p.unlock(text))))
  const whys = outcomes.map((outcome) => ('why' in outcome ? outcome.why : 'right'))
  expect(whys.sort()).toEqual(['early', 'early', 'wrong'])
  expect(await probe.evaluate(async (p) => (await p.tries()).count)).toBe(1)
})
