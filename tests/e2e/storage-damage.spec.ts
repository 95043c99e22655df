import { contact, key, plain, profile, received } from './storage-fixtures.ts'
import { expect, test, type Tab } from './storage-tab.ts'

const CHAT = 'needle-contact-1'

async function fill({ probe }: Tab): Promise<void> {
  await probe.evaluate(async (p) => {
    await p.commit({ op: 'profile', profile: p.profile }, { op: 'block', key: p.key(10) })
    await p.commit({ op: 'contact', contact: p.contact(1) }, { op: 'contact', contact: p.contact(2) })
    await p.commit({ op: 'invite', invite: p.openInvite }, { op: 'join', join: p.join })
    const rows = [1, 2, 3, 4].map((seq) => ({ op: 'message' as const, message: p.received(p.contact(1).id, seq) }))
    await p.commit(...rows, { op: 'message', message: p.own(p.contact(1).id, 5) })
  })
}

const claim = ({ probe }: Tab) => probe.evaluate((p) => p.claim())

test.describe('a disk somebody wrote to', () => {
  test('any flipped bit of a box is noticed; the other rows work, the damaged one stays', async ({ owner }) => {
    await fill(owner)
    const damaged = await owner.probe.evaluate(async (p) => {
      const [row] = await p.entriesOf('contacts')
      if (row === undefined) throw new Error('no contact')
      const counts: number[] = []
      const length = (row.value as Uint8Array).length
      // Version, schema, iv, ciphertext, tag.
      for (const at of [0, 1, 2, 3, 14, 15, 100, length - 17, length - 16, length - 1]) {
        await p.overwrite({ ...row, value: p.flipped(row.value, at) })
        const loaded = await p.claim()
        counts.push(loaded.damaged, loaded.contacts.length)
      }
      await p.overwrite({ ...row, value: p.flipped(row.value, 50) })
      return counts
    })
    expect(damaged).toEqual(Array.from({ length: 10 }, () => [1, 1]).flat())

    const contacts = () =>
      owner.probe.evaluate((p) => p.dump().then((all) => all.filter((e) => e.startsWith('contacts'))))
    const before = await contacts()
    await owner.probe.evaluate((p) => p.commit({ op: 'contact', contact: p.contact(3) }, { op: 'join', join: p.join }))
    const loaded = await claim(owner)
    expect(loaded).toMatchObject({ damaged: 1, profile: plain(profile) })
    expect(loaded.contacts).toHaveLength(2)
    expect(await contacts()).toEqual(expect.arrayContaining(before))
  })

  test('attack 54: rows swapped, copied or moved to another store do not open', async ({ owner }) => {
    await fill(owner)
    await owner.probe.evaluate(async (p) => {
      const [a, b] = await p.entriesOf('contacts')
      const [invite] = await p.entriesOf('invites')
      const [join] = await p.entriesOf('joins')
      if (!a || !b || !invite || !join) throw new Error('rows missing')
      await p.overwrite({ ...a, value: b.value }, { ...b, value: a.value })
      await p.overwrite({ ...invite, store: 'joins' }, { ...join, store: 'invites' })
      await p.overwrite({ ...join, key: new Uint8Array(16) })
    })
    expect(await claim(owner)).toMatchObject({
      damaged: 2 + 2 + 1,
      contacts: [],
      invites: [{ id: 'needle-invite-open' }],
      joins: [{ id: 'needle-join' }],
      blocked: [plain(key(10))],
    })
  })

  test('attack 56: rows and slots of another installation, and a database of a version to come, open nothing', async ({
    owner,
    newTab,
  }) => {
    await fill(owner)
    await owner.probe.evaluate(async (p) => {
      const other = p.another('sotto-test-other')
      await other.claim(() => undefined)
      await other.commit([{ op: 'contact', contact: p.contact(7) }])
    })
    const copy = (store: 'contacts' | 'slots') =>
      owner.probe.evaluate(async (p, name) => {
        const from = await p.entriesIn('sotto-test-other')
        await p.overwrite(...from.filter((entry) => entry.store === name))
      }, store)
    await copy('contacts')
    const loaded = await claim(owner)
    expect([loaded.damaged, loaded.contacts.length]).toEqual([1, 2])
    // With the slot of the other its one row opens, and none of ours.
    await copy('slots')
    const swapped = await claim(owner)
    expect([swapped.contacts.length, swapped.profile]).toEqual([1, undefined])
    expect(swapped.damaged).toBeGreaterThanOrEqual(5)

    await owner.probe.evaluate((p) => p.raise(99))
    const next = await newTab()
    expect(await next.probe.evaluate((p) => p.outcome(() => p.claim()))).toBe('newer')
  })

  test('what is no box at all is counted as well', async ({ owner }) => {
    await fill(owner)
    await owner.probe.evaluate((p) =>
      p.overwrite(
        { store: 'contacts', key: new Uint8Array(16).fill(1), value: undefined },
        { store: 'contacts', key: new Uint8Array(16).fill(2), value: { id: 'x' } },
        { store: 'contacts', key: new Uint8Array(16).fill(3), value: new Uint8Array(0) },
        { store: 'contacts', key: new Uint8Array(16).fill(4), value: new Uint8Array(300) },
        { store: 'contacts', key: new Uint8Array(16).fill(5), value: new Uint8Array(5_000_000).fill(1) },
        { store: 'contacts', key: 'a name', value: new Uint8Array(300).fill(1) },
        { store: 'contacts', key: [1, 2], value: 'text' },
      ),
    )
    expect(await claim(owner)).toMatchObject({ damaged: 7, contacts: [{ id: CHAT }, { id: 'needle-contact-2' }] })
  })

  test('damaged pages are stepped over; the newest good message is the last', async ({ owner }) => {
    await fill(owner)
    const seen = await owner.probe.evaluate(async (p, chat) => {
      const message = (seq: number) => ({ op: 'message' as const, message: p.received(chat, seq) })
      await p.commit(...[65, 66, 130, 131, 200].map(message))
      const [one, , three, four] = await p.entriesOf('pages')
      if (!one || !three || !four) throw new Error('pages missing')
      // The third as the fourth, and one copied into numbers that were never used, and between numbers.
      await p.overwrite({ ...four, value: three.value })
      const of = (one.key as IDBValidKey[])[0] as ArrayBuffer
      await p.overwrite({ ...one, key: [of, 900] }, { ...one, key: [of, 2.5] }, { ...one, key: [of, -1] })
      await p.overwrite({ ...one, key: [of, 'x'] }, { ...one, key: [of, 2 ** 60] })
      const pages = [await p.page(chat, Infinity, 50), await p.page(chat, Infinity, 1), await p.page(chat, 130, 1)]
      return [...pages, await p.following(chat, 66, 50)]
    }, CHAT)
    expect(seen).toEqual([[1, 2, 3, 4, 5, 65, 66, 130, 131], [131], [66], [130, 131]])
    const loaded = await claim(owner)
    expect(loaded.last).toEqual([[CHAT, plain(received(CHAT, 131))]])
    expect(loaded.damaged).toBeGreaterThan(0)
    expect(loaded.contacts).toEqual(plain([contact(1), contact(2)]))
    // What is said from now on lies behind the damaged one, which stays.
    const next = loaded.tops[0]?.[1] ?? 0
    expect(next).toBeGreaterThanOrEqual(200)
    await owner.probe.evaluate((p, [chat, seq]) => p.commit({ op: 'message', message: p.received(chat, seq) }), [
      CHAT,
      next + 1,
    ] as const)
    expect((await claim(owner)).last).toEqual([[CHAT, plain(received(CHAT, next + 1))]])
  })

  test('attack 54: a page put back to what it was, or under another chat, does not open there', async ({ owner }) => {
    await fill(owner)
    const rows = await owner.probe.evaluate(async (p) => {
      const [a, b] = [p.contact(1).id, p.contact(2).id]
      await p.commit({ op: 'message', message: p.received(b, 1) })
      const pages = await p.entriesOf('pages')
      const [one, other] = pages
      if (!one || !other) throw new Error('pages missing')
      await p.overwrite({ ...one, value: other.value }, { ...other, value: one.value })
      await p.claim()
      return [await p.page(a, Infinity, 9), await p.page(b, Infinity, 9)]
    })
    expect(rows).toEqual([[], []])
  })

  test('a mark in the outbox or an id that points elsewhere proves nothing', async ({ owner }) => {
    await fill(owner)
    const seen = await owner.probe.evaluate(async (p, chat) => {
      await p.commit({ op: 'message', message: p.received(chat, 65) }, { op: 'message', message: p.own(chat, 66) })
      for (const page of await p.entriesOf('pages')) await p.overwrite({ store: 'unsent', key: page.key, value: 1 })
      for (const id of await p.entriesOf('ids')) await p.overwrite({ ...id, value: 2 })
      const find = async (n: number) => {
        const [found] = await p.history.find(chat, [p.messageId(n)])
        return found && 'gone' in found ? 'gone' : found?.seq
      }
      return { outbox: await p.outbox(chat, 0, 2), found: [await find(1), await find(2), await find(3)] }
    }, CHAT)
    expect(seen).toEqual({ outbox: [5, 66], found: [undefined, 2, undefined] })
  })

  test('attack 55: a row that was taken away, or put back to what it was, is noticed', async ({ owner }) => {
    await fill(owner)
    expect(await claim(owner)).toMatchObject({ damaged: 0 })
    const damaged = await owner.probe.evaluate(async (p) => {
      const found: unknown[] = []
      const whole = await p.entries()
      const claims = async () => (await p.claim()).damaged
      for (const store of ['profile', 'contacts', 'invites', 'joins', 'blocked', 'chats', 'manifest', 'pages']) {
        await p.restore(whole)
        const [row] = await p.entriesOf(store)
        if (!row) throw new Error(`no row in ${store}`)
        await p.remove(row)
        const missing = await claims()
        found.push([store, missing > 0])
      }
      // A contact as it was before something was changed.
      await p.restore(whole)
      await p.claim()
      const [old] = await p.entriesOf('contacts')
      if (!old) throw new Error('no contact')
      await p.commit({ op: 'contact', contact: { ...p.contact(1), verified: true } })
      await p.commit({ op: 'contact', contact: { ...p.contact(2), verified: true } })
      await p.overwrite(old)
      found.push(['an old contact', (await claims()) > 0])
      return found
    })
    expect(damaged).toEqual(
      [...['profile', 'contacts', 'invites', 'joins', 'blocked', 'chats', 'manifest', 'pages', 'an old contact']].map(
        (store) => [store, true],
      ),
    )
  })

  test('attack 55: a page put back to what it was is noticed when what was said is looked through', async ({
    owner,
  }) => {
    await fill(owner)
    const seen = await owner.probe.evaluate(async (p, chat) => {
      const [page] = await p.entriesOf('pages')
      if (!page) throw new Error('no page')
      const before = await p.outcome(() => p.history.check())
      await p.commit({ op: 'message-gone', contactId: chat, seq: 2 })
      await p.commit({ op: 'message', message: p.received(chat, 65) })
      const after = await p.outcome(() => p.history.check())
      await p.overwrite(page)
      await p.claim()
      return [before, after, await p.outcome(() => p.history.check()), await p.outcome(() => p.history.check())]
    }, CHAT)
    expect(seen).toEqual([true, true, false, true])
  })

  test('a whole profile put back to what it was is not noticed here', async ({ owner }) => {
    await fill(owner)
    const damaged = await owner.probe.evaluate(async (p, chat) => {
      const whole = await p.entries()
      await p.commit({ op: 'message', message: p.received(chat, 65) })
      await p.restore(whole)
      return [(await p.claim()).damaged, await p.outcome(() => p.history.check())]
    }, CHAT)
    expect(damaged).toEqual([0, true])
  })

  test('a slot that was altered opens nothing and is kept; one that is gone leaves the rows', async ({ owner }) => {
    await fill(owner)
    const seen = await owner.probe.evaluate(async (p) => {
      const [slot] = await p.entriesOf('slots')
      if (slot === undefined) throw new Error('no slot')
      const value = slot.value as { wrapped: Uint8Array }
      const ended: unknown[] = []
      await p.overwrite({ ...slot, value: { ...value, wrapped: p.flipped(value.wrapped, 20) } })
      ended.push(await p.outcome(() => p.claim()))
      await p.overwrite({ ...slot, value: {} })
      ended.push(await p.outcome(() => p.claim()))
      const db = await p.raw()
      await p.settled(db.transaction('slots', 'readwrite').objectStore('slots').clear())
      db.close()
      const loaded = await p.claim()
      ended.push(loaded.damaged, loaded.contacts, (await p.counts())['contacts'])
      await p.overwrite(slot)
      ended.push((await p.claim()).contacts.length)
      return ended
    })
    expect(seen).toEqual(['unavailable', 'unavailable', 7, [], 2, 2])
  })
})
