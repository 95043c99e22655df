/** Everything small, read at once when a tab becomes the owner. Messages stay on disk but for each chat's newest. */
import type { Contact, Loaded, MessageRow } from '../chat/ports.ts'
import { openRow, zip, type Raw } from './open.ts'
import { PAGE_SPAN, pagePlace } from './page.ts'
import { newest } from './read.ts'
import { blockedCodec, chatCodec, contactCodec, inviteCodec, joinCodec, profileCodec, type Codec } from './rows.ts'
import type { Database } from './schema.ts'
import { fromOf, messagesIn, openPage, type Chat, type RawPage, type Shelf } from './shelf.ts'

const SMALL_STORES = ['profile', 'contacts', 'invites', 'joins', 'blocked', 'chats', 'manifest'] as const
type SmallStore = (typeof SMALL_STORES)[number]

/** Rejects with what the browser threw. `ticket`: of the tab that owns the profile, for what a former version left. */
export async function load(shelf: Shelf, ticket: number): Promise<Loaded> {
  const { connection, vault } = shelf
  const [raw, old] = await Promise.all([connection.use(readSmall), connection.use((db) => db.count('messages'))])
  let damaged = 0
  const rowsOf = async <T>(store: SmallStore, codec: Codec<T>): Promise<readonly T[]> => {
    const opened = await Promise.all(raw[store].map((one) => openRow(vault, store, codec, one)))
    const rows = opened.filter((row) => row !== undefined)
    damaged += opened.length - rows.length
    return rows
  }
  const [profiles, contacts, invites, joins, blocked, chats] = await Promise.all([
    rowsOf('profile', profileCodec),
    rowsOf('contacts', contactCodec),
    rowsOf('invites', inviteCodec),
    rowsOf('joins', joinCodec),
    rowsOf('blocked', blockedCodec),
    rowsOf('chats', chatCodec),
  ])
  for (const chat of chats) shelf.learn(chat)
  const small = new Map(Object.entries(raw) as [SmallStore, readonly Raw[]][])
  const fits = await shelf.ledger.begin(
    small,
    chats.map(({ contactId }) => contactId),
  )
  const unsummed = !fits && connection.wasUpgraded
  if (!fits && damaged === 0 && !unsummed) damaged++
  if (old > 0 || unsummed) damaged += await (await import('./upgrade.ts')).upgrade(shelf, contacts, ticket)
  const newestOf = await readLast(shelf, contacts)
  damaged += await countPages(shelf)
  const [profile] = profiles
  return {
    ...(profile && { profile }),
    contacts,
    invites,
    joins,
    blocked,
    last: newestOf.last,
    tops: newestOf.tops,
    damaged: damaged + newestOf.damaged,
  }
}

async function readSmall(db: Database): Promise<Record<SmallStore, readonly Raw[]>> {
  const tx = db.transaction(SMALL_STORES)
  const rows = async (name: SmallStore): Promise<readonly Raw[]> => {
    const store = tx.objectStore(name)
    const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()])
    return zip(keys, values)
  }
  const [profile, contacts, invites, joins, blocked, chats, manifest] = await Promise.all([
    rows('profile'),
    rows('contacts'),
    rows('invites'),
    rows('joins'),
    rows('blocked'),
    rows('chats'),
    rows('manifest'),
  ])
  return { profile, contacts, invites, joins, blocked, chats, manifest }
}

/** In how many chats there are more or fewer pages than there ought to be: from then on they count as they are. */
async function countPages(shelf: Shelf): Promise<number> {
  const chats = await shelf.chats()
  const counts = await shelf.connection.use((db) => {
    const { store } = db.transaction('pages')
    return Promise.all(chats.map(({ key }) => store.count(IDBKeyRange.bound([key], [key, []]))))
  })
  const odd = chats.filter(({ contactId }, i) => shelf.ledger.count(contactId) !== counts[i])
  for (const chat of odd) await (await import('./verify.ts')).verify(shelf, chat)
  return odd.length
}

type Last = {
  readonly last: ReadonlyMap<string, MessageRow>
  readonly tops: ReadonlyMap<string, number>
  readonly damaged: number
}

/** One cursor a chat, all in one transaction; only where nothing in the newest page can be read is it looked for further. */
async function readLast(shelf: Shelf, contacts: readonly Contact[]): Promise<Last> {
  const known = await Promise.all(contacts.map(({ id }) => shelf.chat(id)))
  const chats = known.filter((chat) => chat !== undefined)
  const raw = await shelf.connection.use((db) => readNewest(db, chats))
  const last = new Map<string, MessageRow>()
  const tops = new Map<string, number>()
  let damaged = 0
  await Promise.all(
    chats.map(async (chat, i) => {
      const box = raw[i]
      if (box === undefined) return
      const page = await openPage(shelf.vault, chat, box)
      if (page) await shelf.ledger.note(pagePlace(chat.key, page.from), box.value)
      if (page) shelf.keep(chat, page.from, page)
      tops.set(chat.contactId, page?.top ?? (fromOf(box.key) ?? 0) + PAGE_SPAN - 1)
      const row = page && messagesIn(chat, page).at(-1)
      if (row) return void last.set(chat.contactId, row)
      const found = await newest(shelf, chat.contactId, Infinity, 1)
      for (const next of found.rows) last.set(chat.contactId, next)
      damaged += found.damaged
    }),
  )
  return { last, tops, damaged }
}

/** Nobody says so much. A key above it was put there by somebody, and must not use up the numbers. */
const PLAUSIBLE = 2 ** 47

async function readNewest(db: Database, chats: readonly Chat[]): Promise<readonly (RawPage | undefined)[]> {
  const store = db.transaction('pages').store
  return await Promise.all(
    chats.map(async ({ key }) => {
      let cursor = await store.openCursor(IDBKeyRange.bound([key], [key, PLAUSIBLE]), 'prev')
      // What has no number of a page was put there by somebody.
      while (cursor && fromOf(cursor.key) === undefined) cursor = await cursor.continue()
      return cursor ? { key: cursor.key, value: cursor.value } : undefined
    }),
  )
}
