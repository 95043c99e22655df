/** Backups over real databases: what comes back, and what an interruption at any point leaves. */
import type { JSHandle } from 'playwright/test'
import { expect, test as base } from './storage-tab.ts'
import { importInto } from './vite-page.ts'

type Probe = typeof import('./backup-probe.ts')

/** A profile of 4,500 messages in three chats, 47 pages each, and a second database with nobody in it. */
const test = base.extend<{ probe: JSHandle<Probe> }>({
  probe: async ({ newTab }, use) => {
    const { page } = await newTab()
    const probe = await importInto<Probe>(page, '/tests/e2e/backup-probe.ts')
    await probe.evaluate((p) => p.fill(4500))
    await use(probe)
  },
})

const DONE = { ok: true, lacking: 0 }
const refused = (why: string) => ({ ok: false, why })

type Whole = {
  readonly contacts: readonly {
    readonly confirmed: boolean
    readonly pairs: readonly { readonly psks: readonly string[] }[]
  }[]
  readonly invites: readonly unknown[]
  readonly tops: readonly (readonly [string, number])[]
  readonly rows: readonly (readonly unknown[])[]
  readonly waiting: readonly (readonly unknown[])[]
}

test('all comes back but what belongs to this device: links, joins, and the secrets of pairs', async ({ probe }) => {
  const before = (await probe.evaluate((p) => p.all(p.from))) as Whole
  const told = await probe.evaluate(async (p) => {
    const steps: number[] = []
    // Pages.
    const end = await p.write((done) => steps.push(done))
    return { steps, end }
  })
  expect(told.end).toEqual(DONE)
  expect([told.steps[0], told.steps.at(-1)]).toEqual([0, 141])
  expect(await probe.evaluate((p) => p.claim(p.to))).toBe('done')
  expect((await probe.evaluate((p) => p.restore())).end).toEqual(DONE)
  const after = (await probe.evaluate((p) => p.all(p.to))) as Whole
  expect(before.invites).toHaveLength(1)
  const contacts = before.contacts.filter(({ confirmed }) => confirmed)
  const withoutSecrets = ({ contacts: all }: Whole) =>
    all.map((one) => ({ ...one, pairs: one.pairs.map((pair) => ({ ...pair, psks: [] })) }))
  expect(contacts).toHaveLength(3)
  expect(after).toMatchObject({ damaged: 0, fits: true })
  expect({ ...after, contacts: withoutSecrets(after) }).toEqual({
    ...before,
    contacts: withoutSecrets({ ...before, contacts }),
    invites: [],
    joins: [],
    rows: before.rows.filter((rows) => rows.length > 0),
    waiting: before.waiting.filter((rows) => rows.length > 0),
  })
  const secrets = (from: Whole) => from.contacts.flatMap(({ pairs }) => pairs.flatMap(({ psks }) => psks))
  expect(secrets(after)).toHaveLength(3)
  expect(new Set([...secrets(before), ...secrets(after)]).size).toBe(secrets(before).length + 3)
})

test('what disappears is not in it, and neither is what was agreed about that', async ({ probe }) => {
  const rowsOf = async () => ((await probe.evaluate((p) => p.all(p.to))) as Whole).rows.flat()
  await probe.evaluate((p) => p.disappear())
  expect(await probe.evaluate((p) => p.write())).toEqual(DONE)
  expect(await probe.evaluate((p) => p.claim(p.to))).toBe('done')
  expect((await probe.evaluate((p) => p.restore())).end).toEqual(DONE)
  expect(await rowsOf()).toHaveLength(4500)
  const { contacts } = (await probe.evaluate((p) => p.all(p.to))) as Whole
  // Only how often something was suggested.
  expect(contacts.flatMap((one) => ('timer' in one ? [one.timer] : []))).toEqual([{ n: 1, seconds: 0, from: 0 }])
})

test('cut short, nothing of it may be claimed; with the same file it goes on where it was, and ends whole', async ({
  probe,
}) => {
  await probe.evaluate((p) => p.write())
  await probe.evaluate((p) => p.claim(p.to))
  const first = await probe.evaluate((p) => p.restore(p.to, 2000))
  expect(first).toEqual({ end: refused('stopped'), steps: [0, 2044] })
  const there = await probe.evaluate((p) => p.counts())
  expect(there).toMatchObject({ profile: 0, contacts: 0, ids: 1022 })
  // What this tab knew of it is of before.
  expect(await probe.evaluate((p) => p.restore())).toEqual({ end: refused('stopped'), steps: [] })
  expect(await probe.evaluate((p) => p.claim(p.to))).toBe('restoring')
  await probe.evaluate((p) => p.putAside())
  await probe.evaluate((p) => p.write())
  expect(await probe.evaluate((p) => p.restore())).toEqual({ end: refused('other-file'), steps: [] })
  await probe.evaluate((p) => p.takeBack())
  expect(await probe.evaluate((p) => p.restore())).toEqual({ end: DONE, steps: [2044, 4088, 4500] })
  const [before, after] = [await probe.evaluate((p) => p.all(p.from)), await probe.evaluate((p) => p.all(p.to))]
  const rowsOf = (whole: unknown) => (whole as Whole).rows.filter((rows) => rows.length > 0)
  expect(rowsOf(after)).toEqual(rowsOf(before))
})

test('a page that is empty keeps the last number of its chat, also where it is cut short just before it', async ({
  probe,
}) => {
  // As many pages as go into one transaction, and the empty one behind them.
  await probe.evaluate((p) => p.spread(64 - 47))
  const before = (await probe.evaluate((p) => p.all(p.from))) as Whole
  expect(before.tops).toEqual([['needle-contact-0', 64 * 64 + 1]])
  await probe.evaluate((p) => p.write())
  await probe.evaluate((p) => p.claim(p.to))
  expect(await probe.evaluate((p) => p.restore(p.to, 1))).toEqual({ end: refused('stopped'), steps: [0, 1517] })
  expect(await probe.evaluate((p) => p.claim(p.to))).toBe('restoring')
  expect(await probe.evaluate((p) => p.restore())).toEqual({ end: DONE, steps: [1517, 1517] })
  const after = (await probe.evaluate((p) => p.all(p.to))) as Whole
  expect(after).toMatchObject({ tops: before.tops, rows: before.rows.slice(0, 1), damaged: 0, fits: true })
})

test('what came in part can be taken away again, and then the profile is as empty as before', async ({ probe }) => {
  await probe.evaluate((p) => p.write())
  await probe.evaluate((p) => p.claim(p.to))
  await probe.evaluate((p) => p.restore(p.to, 1024))
  expect(await probe.evaluate((p) => p.drop())).toEqual(DONE)
  expect(await probe.evaluate((p) => p.counts())).toMatchObject({ ids: 0, pages: 0, chats: 0, unsent: 0, contacts: 0 })
  expect(await probe.evaluate((p) => p.claim(p.to))).toBe('done')
})

test('a profile with contacts stays as it is', async ({ probe }) => {
  await probe.evaluate((p) => p.write())
  const before = await probe.evaluate((p) => p.all(p.from))
  expect((await probe.evaluate((p) => p.restore(p.from))).end).toEqual(refused('occupied'))
  expect(await probe.evaluate((p) => p.all(p.from))).toEqual(before)
})

test('writing ends when it is stopped, and when the profile is locked', async ({ probe }) => {
  const stopped = await probe.evaluate((p) => {
    const stopper = new AbortController()
    return p.write((done) => void (done > 0 && stopper.abort()), stopper.signal)
  })
  expect(stopped).toEqual(refused('stopped'))
  expect(await probe.evaluate((p) => p.write((done) => void (done > 0 && p.from.lock())))).toEqual(refused('stopped'))
  expect(await probe.evaluate((p) => p.write())).toEqual(refused('stopped'))
})
