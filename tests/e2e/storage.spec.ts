import fc from 'fast-check'
import {
  bareContact,
  boundInvite,
  confirmedInvite,
  contact,
  failed,
  fromTheFuture,
  join,
  key,
  messageId,
  openInvite,
  own,
  plain,
  profile,
  received,
} from './storage-fixtures.ts'
import { expect, test } from './storage-tab.ts'

const EMPTY = { contacts: [], invites: [], joins: [], blocked: [], last: [], tops: [], damaged: 0 }

test.describe('storage', () => {
  test('a first visit finds nothing', async ({ newTab }) => {
    const { probe } = await newTab()
    expect(await probe.evaluate((p) => p.claim())).toEqual(EMPTY)
  })

  test('every row comes back as it was written, in another tab @firefox', async ({ owner, newTab }) => {
    const written = await owner.probe.evaluate((p) =>
      p.commit(
        { op: 'profile', profile: p.profile },
        { op: 'contact', contact: p.contact(1) },
        { op: 'contact', contact: p.contact(2) },
        { op: 'contact', contact: p.bareContact },
        { op: 'block', key: p.key(10) },
        { op: 'block', key: p.key(11) },
        { op: 'invite', invite: p.openInvite },
        { op: 'invite', invite: p.boundInvite },
        { op: 'invite', invite: p.confirmedInvite },
        { op: 'join', join: p.join },
        { op: 'message', message: p.received('needle-contact-1', 1) },
        { op: 'message', message: p.own('needle-contact-1', 2, 'delivered') },
        { op: 'message', message: p.failed },
        { op: 'message', message: p.fromTheFuture },
        { op: 'message', message: p.own('needle-contact-2', 1) },
      ),
    )
    expect(written).toBe('done')

    const other = await newTab()
    expect(await other.probe.evaluate((p) => p.claim())).toEqual(
      plain({
        profile,
        contacts: [contact(1), contact(2), bareContact],
        invites: [boundInvite, confirmedInvite, openInvite],
        joins: [join],
        blocked: [key(10), key(11)].map(plain).sort(),
        last: new Map([
          ['needle-contact-1', fromTheFuture],
          ['needle-contact-2', own('needle-contact-2', 1)],
        ]),
        tops: [
          ['needle-contact-1', fromTheFuture.seq],
          ['needle-contact-2', 1],
        ],
        damaged: 0,
      }),
    )
    const rows = await other.probe.evaluate((p) => p.outcome(() => p.history.page('needle-contact-1', Infinity, 50)))
    expect(rows).toEqual(
      plain([received('needle-contact-1', 1), own('needle-contact-1', 2, 'delivered'), failed, fromTheFuture]),
    )
  })

  test('a row is replaced, and removed where the chat says so', async ({ owner: { probe } }) => {
    await probe.evaluate(async (p) => {
      await p.commit({ op: 'invite', invite: p.openInvite }, { op: 'join', join: p.join })
      await p.commit({ op: 'contact', contact: p.contact(1) }, { op: 'profile', profile: p.profile })
      await p.commit({ op: 'invite', invite: { ...p.confirmedInvite, id: p.openInvite.id } })
      await p.commit({ op: 'contact', contact: { ...p.contact(1), unread: 99 } }, { op: 'join-gone', id: p.join.id })
    })
    expect(await probe.evaluate((p) => p.claim())).toMatchObject(
      plain({ joins: [], contacts: [{ unread: 99 }], invites: [{ ...confirmedInvite, id: openInvite.id }] }) as Record<
        string,
        unknown
      >,
    )
    await probe.evaluate((p) => p.commit({ op: 'invite-gone', id: p.openInvite.id }))
    expect(await probe.evaluate((p) => p.counts())).toMatchObject({ contacts: 1, profile: 1 })
    expect(await probe.evaluate((p) => p.entriesOf('invites'))).toEqual([])
  })

  test('finds a message by its id, in its own chat only', async ({ owner: { probe } }) => {
    const found = await probe.evaluate(async (p) => {
      await p.commit({ op: 'message', message: p.received('a', 1) }, { op: 'message', message: p.received('a', 2) })
      const find = (chat: string, n: number) => p.outcome(async () => (await p.history.find(chat, [p.messageId(n)]))[0])
      return [await find('a', 1), await find('a', 2), await find('a', 3), await find('b', 1)]
    })
    expect(found).toEqual([plain(received('a', 1)), plain(received('a', 2)), 'done', 'done'])
    expect(messageId(1)).not.toBe(messageId(2))
  })

  test('an id that was not asked for and is known refuses the commit, and nothing of it is kept', async ({
    owner: { probe },
  }) => {
    const [outcome, ...kept] = await probe.evaluate(async (p) => {
      await p.commit({ op: 'message', message: p.received('a', 1) })
      const again = { ...p.received('a', 3), id: p.messageId(1) }
      const outcome = await p.outcome(() =>
        p.history.commit([
          { op: 'message', message: p.received('a', 2), unasked: true },
          { op: 'message', message: again, unasked: true },
        ]),
      )
      const rows = await p.history.page('a', Infinity, 10)
      await p.commit({ op: 'message', message: again })
      const [found] = await p.history.find('a', [p.messageId(1)])
      return [outcome, rows.map((row) => row.seq), found && 'gone' in found ? 'gone' : found?.seq]
    })
    expect(outcome).toBe('known')
    expect(kept).toEqual([[1], 3])
  })

  test('half a surrogate pair in a draft does not lose the rest', async ({ owner: { probe } }) => {
    await probe.evaluate((p) => p.commit({ op: 'contact', contact: { ...p.contact(1), draft: 'on\uD83E' } }))
    const loaded = await probe.evaluate((p) => p.claim())
    expect(loaded.contacts).toMatchObject([{ draft: 'on\uFFFD' }])
  })

  test('commits take effect in the order of their calls @firefox', async ({ owner: { probe } }) => {
    const loaded = await probe.evaluate(async (p) => {
      const many = Array.from({ length: 200 }, (_, i) => ({ op: 'message' as const, message: p.received('a', i + 1) }))
      const slow = p.commit(...many, { op: 'contact', contact: { ...p.contact(1), unread: 1 } })
      const quick = p.commit({ op: 'contact', contact: { ...p.contact(1), unread: 2 } })
      await Promise.all([slow, quick])
      return await p.claim()
    })
    expect(loaded.contacts).toMatchObject([{ unread: 2 }])
  })

  test('a page is the newest messages below a number, whatever is missing @firefox', async ({ owner: { probe } }) => {
    const PRESENT = [
      1, 2, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 40, 41, 60, 1000, 1001, 1_000_000,
    ]
    await probe.evaluate(
      (p, seqs) => p.commit(...seqs.map((seq) => ({ op: 'message' as const, message: p.received('a', seq) }))),
      PRESENT,
    )
    await probe.evaluate((p) => p.commit({ op: 'message', message: p.received('b', 7) }))

    const before = fc.oneof(fc.integer({ min: 0, max: 70 }), fc.constantFrom(1000, 1001, 1002, 1_000_001, Infinity))
    await fc.assert(
      fc.asyncProperty(before, fc.integer({ min: 0, max: 30 }), async (top, limit) => {
        const below = PRESENT.filter((seq) => seq < top)
        const expected = limit === 0 ? [] : below.slice(-limit)
        expect(await probe.evaluate((p, [b, l]) => p.page('a', b, l), [top, limit] as const)).toEqual(expected)
      }),
    )
  })

  test('what follows a number is the oldest messages above it, whatever is missing @firefox', async ({
    owner: { probe },
  }) => {
    const PRESENT = [1, 2, 3, 5, 8, 60, 63, 64, 65, 66, 127, 128, 129, 130, 200, 1000, 1001, 1_000_000]
    await probe.evaluate(
      (p, seqs) => p.commit(...seqs.map((seq) => ({ op: 'message' as const, message: p.received('a', seq) }))),
      PRESENT,
    )
    const after = fc.oneof(fc.integer({ min: 0, max: 140 }), fc.constantFrom(199, 200, 999, 1001, 1_000_000, Infinity))
    await fc.assert(
      fc.asyncProperty(after, fc.integer({ min: 0, max: 30 }), async (from, limit) => {
        const expected = PRESENT.filter((seq) => seq > from).slice(0, limit)
        expect(await probe.evaluate((p, [a, l]) => p.following('a', a, l), [from, limit] as const)).toEqual(expected)
      }),
    )
  })

  test('what was taken away is gone, is known by its id, and its number is not given again', async ({
    owner: { probe },
  }) => {
    const seen = await probe.evaluate(async (p) => {
      await p.commit({ op: 'contact', contact: p.contact(1) })
      const chat = p.contact(1).id
      await p.commit(
        ...Array.from({ length: 130 }, (_, i) => ({
          op: 'message' as const,
          message: i % 2 ? p.own(chat, i + 1, 'delivered') : p.received(chat, i + 1),
        })),
      )
      const gone = (seq: number) => ({ op: 'message-gone' as const, contactId: chat, seq })
      const pages = async () => (await p.counts())['pages']
      const before = await pages()
      await p.commit(gone(130), gone(129), ...Array.from({ length: 64 }, (_, i) => gone(i + 1)))
      const find = async (n: number) => (await p.history.find(chat, [p.messageId(n)]))[0]
      const found = [await find(1), await find(130), await find(131)]
      const after = [before, await pages()]
      const { tops, last } = await p.claim()
      return { after, found, tops, last: last.map(([, row]) => row.seq), rows: await p.page(chat, Infinity, 100) }
    })
    expect(seen.after).toEqual([3, 2])
    expect(seen.found).toEqual([{ gone: 1 }, { gone: 130 }, undefined])
    expect(seen.tops).toEqual([['needle-contact-1', 130]])
    expect(seen.last).toEqual([128])
    expect(seen.rows).toEqual(Array.from({ length: 64 }, (_, i) => i + 65))
  })

  test('the outbox holds what is queued, oldest first, until another state is written', async ({
    owner: { probe },
  }) => {
    const steps = await probe.evaluate(async (p) => {
      const seen: (readonly number[])[] = []
      const message = (message: ReturnType<typeof p.own>) => ({ op: 'message' as const, message })
      await p.commit(...[9, 4, 2, 7].map((seq) => message(p.own('a', seq))), message(p.own('b', 1)))
      await p.commit(message(p.received('a', 3)), message(p.own('a', 5, 'failed')))
      seen.push(await p.outbox('a', 0, 50), await p.outbox('a', 4, 50), await p.outbox('a', 0, 2))
      const state = (message: ReturnType<typeof p.own>) => ({ op: 'message-state' as const, message })
      await p.commit(state(p.own('a', 4, 'delivered')), state(p.own('a', 9, 'failed')))
      seen.push(await p.outbox('a', 0, 50))
      await p.commit(message(p.own('a', 9)), state(p.own('a', 2, 'read')))
      seen.push(await p.outbox('a', 0, 50), await p.outbox('b', 0, 50), await p.outbox('c', 0, 50))
      return seen
    })
    expect(steps).toEqual([[2, 4, 7, 9], [7, 9], [2, 4], [2, 7], [7, 9], [1], []])
    // What left the outbox leaves no mark behind.
    expect(await probe.evaluate((p) => p.counts())).toMatchObject({ unsent: 3 })
  })

  test('a contact that goes takes everything with it, and nothing else @firefox', async ({ owner: { probe } }) => {
    await probe.evaluate(async (p) => {
      for (const n of [1, 2]) {
        const chat = p.contact(n).id
        await p.commit({ op: 'contact', contact: p.contact(n) })
        await p.commit(
          { op: 'message', message: p.received(chat, 1) },
          { op: 'message', message: p.own(chat, 2) },
          { op: 'message', message: p.own(chat, 2 ** 47) },
        )
      }
    })
    const all = { owner: 1, slots: 1, contacts: 2, chats: 2, pages: 4, ids: 2, unsent: 4, manifest: 3 }
    expect(await probe.evaluate((p) => p.counts())).toEqual(all)
    await probe.evaluate((p) => p.commit({ op: 'contact-gone', id: p.contact(1).id }))
    expect(await probe.evaluate((p) => p.counts())).toEqual({
      ...all,
      contacts: 1,
      chats: 1,
      pages: 2,
      ids: 1,
      unsent: 2,
      manifest: 2,
    })
    expect(await probe.evaluate((p) => p.page('needle-contact-2', Infinity, 9))).toEqual([1, 2, 2 ** 47])
    await probe.evaluate((p) => p.commit({ op: 'contact-gone', id: p.contact(2).id }))
    expect(await probe.evaluate((p) => p.counts())).toEqual({ owner: 1, slots: 1, manifest: 1 })
  })

  test('a thousand messages go in and come out at once @firefox', async ({ owner: { probe } }) => {
    const { wrote, read, rows } = await probe.evaluate(async (p) => {
      const all = Array.from({ length: 1000 }, (_, i) => ({ op: 'message' as const, message: p.own('a', i + 1) }))
      const start = performance.now()
      await p.commit(...all)
      const middle = performance.now()
      const rows = await p.history.page('a', Infinity, 1000)
      return { wrote: middle - start, read: performance.now() - middle, rows: rows.length }
    })
    test.info().annotations.push({ type: 'ms', description: `write ${wrote.toFixed()}, read ${read.toFixed()}` })
    expect(rows).toBe(1000)
    expect(wrote).toBeLessThan(4000)
    expect(read).toBeLessThan(2000)
  })
})
