import { freeze, plainBrowser } from './plain-browser.ts'
import { expect, test, type Tab } from './storage-tab.ts'

/** Writes a contact whose unread count tells who wrote last. */
const write = ({ probe }: Tab, unread = 1) =>
  probe.evaluate((p, n) => p.commit({ op: 'contact', contact: { ...p.contact(1), unread: n } }), unread)

const tryClaim = ({ probe }: Tab) => probe.evaluate((p) => p.outcome(() => p.claim()))
const losses = ({ probe }: Tab) => probe.evaluate((p) => p.lost())

/** Keeps the tab's only thread from doing anything else for this long. Resolves at once. */
const block = ({ probe }: Tab, ms: number) =>
  probe.evaluate((_, forMs) => {
    setTimeout(() => {
      for (const end = performance.now() + forMs; performance.now() < end;);
    })
  }, ms)

test.describe('one tab owns the profile', { tag: '@firefox' }, () => {
  test('without a claim nothing is written', async ({ newTab }) => {
    expect(await write(await newTab())).toBe('fenced')
  })

  test('the newest tab takes over; the older is told once and cannot write', async ({ newTab }) => {
    const [first, second] = [await newTab(), await newTab()]
    await tryClaim(first)
    expect(await write(first, 1)).toBe('done')

    const loaded = await second.probe.evaluate((p) => p.claim())
    expect(loaded.contacts).toMatchObject([{ unread: 1 }])
    expect(await write(first, 2)).toBe('fenced')
    expect(await write(second, 3)).toBe('done')
    expect(await write(first, 4)).toBe('fenced')
    expect([await losses(first), await losses(second)]).toEqual([1, 0])

    // Use here
    const back = await first.probe.evaluate((p) => p.claim())
    expect(back.contacts).toMatchObject([{ unread: 3 }])
    expect(await write(second, 5)).toBe('fenced')
    expect(await write(first, 6)).toBe('done')
    expect([await losses(first), await losses(second)]).toEqual([1, 1])
  })

  test('who is asked to leave may finish: its last commits are there when the new one loads', async ({ newTab }) => {
    const [first, second] = [await newTab(), await newTab()]
    await tryClaim(first)
    await first.probe.evaluate((p) => {
      p.onFarewell(() => void p.commit({ op: 'contact', contact: p.contact(2) }))
      const rows = Array.from({ length: 50 }, (_, i) => ({ op: 'message' as const, message: p.received('a', i + 1) }))
      // Not waited for: still sealing when the other one asks.
      void p.commit({ op: 'contact', contact: p.contact(1) }, ...rows)
    })
    const loaded = await second.probe.evaluate((p) => p.claim())
    expect(loaded.contacts.map((one) => one.id)).toEqual(['needle-contact-1', 'needle-contact-2'])
    expect(await write(first)).toBe('fenced')
    expect(await losses(first)).toBe(1)
  })

  test('a tab that released the lock is not asked and not told', async ({ newTab }) => {
    const [first, second] = [await newTab(), await newTab()]
    await tryClaim(first)
    await first.probe.evaluate((p) => p.history.release())
    expect(await write(first)).toBe('fenced')
    await tryClaim(second)
    expect(await write(second)).toBe('done')
    expect(await losses(first)).toBe(0)
  })

  test('a tab may claim again what it has', async ({ owner }) => {
    await tryClaim(owner)
    expect(await write(owner)).toBe('done')
    expect(await losses(owner)).toBe(0)
  })

  test('a tab that is closed leaves nothing locked', async ({ newTab }) => {
    const first = await newTab()
    await tryClaim(first)
    await write(first, 7)
    await first.page.close()
    const loaded = await (await newTab()).probe.evaluate((p) => p.claim())
    expect(loaded.contacts).toMatchObject([{ unread: 7 }])
  })

  test('a tab that cannot answer is taken from, and its late writes are refused', async ({ newTab }) => {
    const [first, second] = [await newTab(), await newTab()]
    await tryClaim(first)
    // What it does first when it can move again: a write, before any message can tell it.
    await first.probe.evaluate((p) => {
      setTimeout(() => {
        for (const end = performance.now() + 3000; performance.now() < end;);
        const late = p.commit({ op: 'contact', contact: { ...p.contact(1), unread: 666 } })
        Object.assign(globalThis, { late })
      })
    })
    await tryClaim(second)
    expect(await write(second, 2)).toBe('done')
    await expect.poll(() => losses(first)).toBe(1)
    expect(await first.page.evaluate(() => (globalThis as { late?: Promise<unknown> }).late)).toBe('fenced')
    expect(await second.probe.evaluate(async (p) => (await p.claim()).contacts)).toMatchObject([{ unread: 2 }])
    expect([await losses(first), await losses(second)]).toEqual([1, 0])
  })

  test('of tabs that claim at the same moment exactly one ends as the owner', async ({ newTab }) => {
    const tabs = await Promise.all([1, 2, 3, 4].map(() => newTab()))
    for (let round = 1; round <= 8; round++) {
      await Promise.all(tabs.map(({ probe }) => probe.evaluate((p) => p.history.release())))
      const before = await Promise.all(tabs.map(losses))
      const ended = await Promise.all(tabs.map(tryClaim))
      const written = await Promise.all(tabs.map((tab) => write(tab, round)))
      expect([...written].sort(), `round ${round}`).toEqual(['done', 'fenced', 'fenced', 'fenced'])
      const after = await Promise.all(tabs.map(losses))
      // Every other one knows: its claim ended as fenced, or it was told.
      tabs.forEach((_, i) => {
        const told = Number(ended[i] === 'fenced') + (after[i] ?? 0) - (before[i] ?? 0)
        expect(told, `round ${round}, tab ${i}`).toBe(written[i] === 'done' ? 0 : 1)
      })
    }
  })

  test('tabs that claim while the owner cannot answer: still exactly one', async ({ newTab }) => {
    const [frozen, ...tabs] = await Promise.all([1, 2, 3].map(() => newTab()))
    await tryClaim(frozen!)
    await block(frozen!, 2500)
    await Promise.all(tabs.map(tryClaim))
    const written = await Promise.all([...tabs, frozen!].map((tab) => write(tab)))
    expect([...written].sort()).toEqual(['done', 'fenced', 'fenced'])
    expect(await losses(frozen!)).toBe(1)
  })
})

test('a frozen tab is taken from', async ({ tabIn, playwright }) => {
  const { context, close } = await plainBrowser(playwright.chromium)
  const [first, second] = [await tabIn(context), await tabIn(context)]
  await tryClaim(first)
  const frozen = await freeze(first.page)
  await tryClaim(second)
  expect(await write(second)).toBe('done')
  await frozen.thaw()
  expect(await write(first)).toBe('fenced')
  await expect.poll(() => losses(first)).toBe(1)
  expect(await losses(second)).toBe(0)
  await close()
})
