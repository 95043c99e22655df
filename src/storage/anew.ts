/**
 * All of a profile under a new master key, in the other database. When a passphrase is first set: the key of before lay open on
 * the disk, and a copy of it must open nothing that is written from then on.
 *
 * [Note: Sealed anew]
 * A stretch a transaction, all into the database that is not in use; then one transaction replaces the slot, and with it says
 * where the rows are; then the former rows go. Cut off before the slot, the profile is what it was, and the next time begins
 * anew; cut off after it, the note of the slot says that the former rows are still there, and the next unlocking removes them.
 * Nothing else is committed meanwhile. What is damaged cannot be moved, and is not dropped either: then the master key stays.
 * The ids of messages that are gone are known by their MAC alone and stay behind.
 */
import type { Loaded, Random, Write } from '../chat/ports.ts'
import { followFence } from './fence.ts'
import { load } from './load.ts'
import { zip } from './open.ts'
import { pageCodec, pagePlace } from './page.ts'
import { chatCodec } from './rows.ts'
import type { PageKey } from './schema.ts'
import { makeShelf, messagesIn, openPage, pageKeyOf, type Chat, type RawPage, type Shelf } from './shelf.ts'
import { masterOf, type Master } from './slots.ts'
import { emptied, otherPlace, type Databases } from './duress.ts'
import { openVault } from './vault.ts'
import { applyAll, prepareAll, type Prepared } from './write.ts'

/** Pages sealed in one transaction. */
const STRETCH = 32

/** What part of it is done, 0 to 1. */
export type Told = (done: number) => void

/** The profile under another key; undefined where something of it is damaged. Throws what the browser threw. */
export async function sealAnew(
  databases: Databases,
  { master, ticket, random }: { readonly master: Master; readonly ticket: number; readonly random: Random },
  told: Told,
): Promise<Master | undefined> {
  const from = makeShelf(databases[master.place], await openVault(master, random), random)
  const loaded = await load(from, ticket)
  if (loaded.damaged > 0) return undefined
  const next = await masterOf(random(32), master.installId, { place: otherPlace(master.place) })
  const to = makeShelf(databases[next.place], await openVault(next, random), random)
  await followFence(to.connection, ticket)
  // A tab that slept since must not empty what another has moved there.
  await emptied(databases, next.place, { ticket })
  const put = async (writes: readonly Write[], more: readonly Prepared[]): Promise<void> => {
    const { prepared, settle } = await prepareAll(to, writes, more)
    await to.connection.use((db) => applyAll(db, ticket, prepared))
    settle()
  }
  await put(writesOf(loaded), [])
  const total = await from.connection.use((db) => db.count('pages'))
  let moved = 0
  for (const chat of await from.chats()) {
    const secret = { contactId: chat.contactId, secret: random(32) }
    const key = await to.vault.rowKey('chats', chat.contactId)
    const box = await to.vault.seal('chats', key, chatCodec.schema, chatCodec.encode(secret))
    const changes = [{ store: 'chats', place: key, box }] as const
    await put([], [{ stores: ['chats'], apply: (tx) => [tx.objectStore('chats').put(box, key)], changes }])
    to.learn(secret)
    for await (const raw of stretches(from, chat)) {
      const sealed = await Promise.all(raw.map((one) => sealPage(from, to, chat, one)))
      const whole = sealed.filter((one) => one !== undefined)
      if (whole.length < raw.length) return undefined
      await put([], whole)
      moved += raw.length
      told(moved / total)
    }
  }
  return next
}

function writesOf({ profile, contacts, invites, joins, blocked }: Loaded): readonly Write[] {
  return [
    ...(profile ? [{ op: 'profile', profile } as const] : []),
    ...contacts.map((contact) => ({ op: 'contact', contact }) as const),
    ...invites.map((invite) => ({ op: 'invite', invite }) as const),
    ...joins.map((join) => ({ op: 'join', join }) as const),
    ...blocked.map((key) => ({ op: 'block', key }) as const),
  ]
}

async function* stretches({ connection }: Shelf, { key }: Chat): AsyncGenerator<readonly RawPage[]> {
  const end = [key, []]
  let range = IDBKeyRange.bound([key], end)
  for (;;) {
    const stretch = range
    const [keys, values] = await connection.use((db) =>
      Promise.all([db.getAllKeys('pages', stretch, STRETCH), db.getAll('pages', stretch, STRETCH)]),
    )
    const last = keys.at(-1)
    if (last === undefined) return
    yield zip(keys, values)
    range = IDBKeyRange.bound(last, end, true)
  }
}

/** As it is, the largest number that was given in it too; with the ids of what it holds, and its mark in the outbox. */
async function sealPage(from: Shelf, to: Shelf, chat: Chat, raw: RawPage): Promise<Prepared | undefined> {
  const page = await openPage(from.vault, chat, raw)
  const target = await to.chat(chat.contactId)
  if (!page || !target) return undefined
  const messages = messagesIn(chat, page)
  if (messages.length < page.entries.length) return undefined
  const place = pagePlace(target.key, page.from)
  const box = await to.vault.pages.seal(target.pageKey, place, pageCodec.schema, pageCodec.encode(page))
  const theirs = messages.filter(({ mine }) => !mine)
  const macs = await Promise.all(theirs.map(({ id }) => to.vault.rowKey('ids', chat.contactId, id)))
  const unsent = await from.connection.use((db) => db.get('unsent', raw.key as PageKey))
  const key = pageKeyOf(target, page.from)
  return {
    stores: ['pages', 'ids', 'unsent'],
    changes: [{ store: 'pages', place, box, chat: chat.contactId }],
    apply: (tx) => [
      tx.objectStore('pages').put(box, key),
      ...(unsent ? [tx.objectStore('unsent').put(1, key)] : []),
      ...theirs.map(({ seq }, i) => tx.objectStore('ids').put(seq, [target.key, macs[i] ?? place])),
    ],
  }
}
