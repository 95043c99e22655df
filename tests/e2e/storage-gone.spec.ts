/** What is deleted is gone from the disk, with what opened it; numbers and ids stay taken. */
import { expect, test } from './storage-tab.ts'

test.describe('deleted', { tag: '@firefox' }, () => {
  test('a chat that is cleared loses its messages and gets another key; the ids of theirs and numbers stay, other chats too', async ({
    owner: { probe },
  }) => {
    const seen = await probe.evaluate(async (p) => {
      const [a, b] = [p.contact(1).id, p.contact(2).id]
      const say = (chat: string, seq: number) => ({ op: 'message' as const, message: p.own(chat, seq) })
      const hear = (seq: number) => ({ op: 'message' as const, message: p.received(a, seq) })
      await p.commit({ op: 'contact', contact: p.contact(1) }, { op: 'contact', contact: p.contact(2) })
      await p.commit(hear(1), say(a, 2), hear(70), say(a, 200), say(b, 500))
      const old = await p.entriesOf('pages')
      const secrets = async () => (await p.entriesOf('chats')).map(({ value }) => String(value))
      const before = await secrets()
      const counts = [await p.counts()]
      await p.commit({ op: 'chat-cleared', contactId: a, top: 200 })
      counts.push(await p.counts())
      const after = await secrets()
      const find = async (n: number) => (await p.history.find(a, [p.messageId(n)]))[0]
      const found = [await find(1), await find(70), await find(200)]
      const rows = [await p.page(a, Infinity, 9), await p.outbox(a, 0, 9), await p.page(b, Infinity, 9)]
      const { tops, last, damaged } = await p.claim()
      await p.commit(say(a, 201))
      const fits = await p.outcome(() => p.history.check())
      rows.push(await p.page(a, Infinity, 9))
      // Somebody kept a copy of the old pages and puts it back: no key that is left opens it.
      await p.overwrite(...old)
      const again = await p.claim()
      rows.push(await p.page(a, 201, 9), await p.page(b, Infinity, 9))
      const kept = before.filter((one) => after.includes(one)).length
      return { counts, kept, found, rows, tops, last: last.map(([id]) => id), damaged, fits, again: again.damaged > 0 }
    })
    expect(seen.counts).toMatchObject([
      { chats: 2, pages: 4, unsent: 3, ids: 2 },
      { chats: 2, pages: 2, unsent: 1, ids: 2 },
    ])
    expect(seen.kept).toBe(1)
    expect(seen.found).toEqual([{ gone: 1 }, { gone: 70 }, undefined])
    expect(seen.rows).toEqual([[], [], [500], [201], [], [500]])
    expect(seen.tops).toEqual([
      ['needle-contact-1', 200],
      ['needle-contact-2', 500],
    ])
    expect([seen.last, seen.damaged, seen.fits, seen.again]).toEqual([['needle-contact-2'], 0, true, true])
  })

  test('in one commit, what was said before it is cleared goes, and what is said after it stays', async ({
    owner: { probe },
  }) => {
    const seen = await probe.evaluate(async (p) => {
      const chat = p.contact(1).id
      const say = (seq: number) => ({ op: 'message' as const, message: p.received(chat, seq) })
      await p.commit({ op: 'contact', contact: p.contact(1) }, say(1))
      await p.commit(say(2), { op: 'chat-cleared', contactId: chat, top: 2 }, say(3))
      const rows = [await p.page(chat, Infinity, 9)]
      const { tops } = await p.claim()
      return { rows: [...rows, await p.page(chat, Infinity, 9)], tops, pages: (await p.counts())['pages'] }
    })
    expect(seen).toEqual({ rows: [[3], [3]], tops: [['needle-contact-1', 3]], pages: 1 })
  })

  test('nothing on the disk opens to a message that was deleted, and nobody finds it', async ({ owner: { probe } }) => {
    const seen = await probe.evaluate(async (p) => {
      const chat = p.contact(1).id
      const say = (seq: number, text: string) =>
        p.commit({ op: 'message', message: { ...p.received(chat, seq), body: { kind: 'text', text } } })
      await p.commit({ op: 'contact', contact: p.contact(1) })
      for (const [i, text] of ['stays', 'Nadel', 'stays too'].entries()) await say(i + 1, text)
      const find = (words: string) =>
        new Promise<number>((done) => {
          p.history.search(words, ({ count, progress }) => progress === 1 && done(count))
        })
      const found = [await find('nadel')]
      await p.commit({ op: 'message-gone', contactId: chat, seq: 2 })
      found.push(await find('nadel'), await find('stays'))
      await p.claim()
      const texts = (await p.history.page(chat, Infinity, 9)).map(({ body }) => (body.kind === 'text' ? body.text : ''))
      return { found, texts, pages: (await p.counts())['pages'] }
    })
    expect(seen).toEqual({ found: [1, 0, 2], texts: ['stays', 'stays too'], pages: 1 })
  })
})
