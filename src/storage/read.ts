/** Reading one chat, a bounded stretch at a time. Numbers may have gaps, and damaged pages are stepped over. */
import type { Found, MessageRow } from '../chat/ports.ts'
import { isSeq, zip } from './open.ts'
import { PAGE_SPAN } from './page.ts'
import type { Database, RowKey } from './schema.ts'
import { messagesIn, openPage, type Chat, type RawPage, type Shelf } from './shelf.ts'

/** Messages that opened, oldest first, and how many pages on the way did not. */
export type Stretch = { readonly rows: readonly MessageRow[]; readonly damaged: number }

const NOTHING: Stretch = { rows: [], damaged: 0 }

/** The newest `limit` messages with seq < `before` (may be Infinity). */
export async function newest(shelf: Shelf, contactId: string, before: number, limit: number): Promise<Stretch> {
  const chat = await shelf.chat(contactId)
  if (!chat) return NOTHING
  let rows: readonly MessageRow[] = []
  let damaged = 0
  let top = before
  while (rows.length < limit) {
    const count = pagesFor(limit - rows.length)
    const below = top
    const raw = await shelf.connection.use((db) => pagesBelow(db, chat.key, below, count))
    if (raw.length === 0) break
    const older = await openAll(shelf, chat, raw)
    rows = [...older.rows.filter(({ seq }) => seq < before), ...rows]
    damaged += older.damaged
    top = placeOf(raw[0]) ?? -Infinity
  }
  return { rows: rows.slice(Math.max(0, rows.length - limit)), damaged }
}

/** The oldest `limit` messages with seq > `after`. */
export async function following(shelf: Shelf, contactId: string, after: number, limit: number): Promise<Stretch> {
  const chat = await shelf.chat(contactId)
  if (!chat) return NOTHING
  const rows: MessageRow[] = []
  let damaged = 0
  let behind: number | undefined = after - PAGE_SPAN
  while (rows.length < limit && behind !== undefined) {
    const range = pagesAbove(chat.key, behind)
    const count = pagesFor(limit - rows.length) + 1
    const raw = await shelf.connection.use((db) => pagesIn(db, range, count))
    const newer = await openAll(shelf, chat, raw)
    rows.push(...newer.rows.filter(({ seq }) => seq > after))
    damaged += newer.damaged
    behind = raw.length < count ? undefined : placeOf(raw.at(-1))
  }
  return { rows: rows.slice(0, limit), damaged }
}

/** Own messages that are still queued, with seq > `after`, oldest first. */
export async function queued(
  shelf: Shelf,
  contactId: string,
  after: number,
  limit: number,
): Promise<readonly MessageRow[]> {
  const chat = await shelf.chat(contactId)
  if (!chat) return []
  const rows: MessageRow[] = []
  let behind: number | undefined = after - PAGE_SPAN
  while (rows.length < limit && behind !== undefined) {
    const range = pagesAbove(chat.key, behind)
    const count = pagesFor(limit - rows.length)
    const raw = await shelf.connection.use((db) => unsentIn(db, range, count))
    const opened = await openAll(shelf, chat, raw)
    // The mark alone proves nothing: the sealed message decides.
    rows.push(...opened.rows.filter((row) => row.mine && row.state === 'queued' && row.seq > after))
    behind = raw.length < count ? undefined : placeOf(raw.at(-1))
  }
  return rows.slice(0, limit)
}

/** For each id what is known of it in this chat. */
export async function withIds(
  shelf: Shelf,
  contactId: string,
  messageIds: readonly string[],
): Promise<readonly Found[]> {
  const chat = await shelf.chat(contactId)
  if (!chat) return messageIds.map(() => undefined)
  const ids = await Promise.all(messageIds.map((id) => shelf.vault.rowKey('ids', contactId, id)))
  const seqs = await shelf.connection.use(async (db): Promise<readonly unknown[]> => {
    const { store } = db.transaction('ids')
    return await Promise.all(ids.map((id) => store.get([chat.key, id])))
  })
  const found: Found[] = []
  for (const [i, seq] of seqs.entries()) found.push(await rowWith(shelf, chat, seq, messageIds[i]))
  return found
}

/** `gone` only if nothing says otherwise: what lies in a damaged page, or elsewhere than the index says, may come again. */
async function rowWith(shelf: Shelf, chat: Chat, seq: unknown, id: string | undefined): Promise<Found> {
  if (!isSeq(seq)) return undefined
  const page = await shelf.at(chat, seq)
  if (page === 'damaged') return undefined
  const row = page && messagesIn(chat, page).find((one) => one.seq === seq)
  if (row) return row.id === id ? row : undefined
  return { gone: seq }
}

/** So many hold the stretch mostly; too few cost another round. */
function pagesFor(messages: number): number {
  return Math.ceil(messages / PAGE_SPAN) + 1
}

/** Somebody may have put any other key among the pages. Arrays come after all of them. */
export function pagesAbove(chat: RowKey, number: number): IDBKeyRange {
  return IDBKeyRange.bound([chat, number], [chat, []], true)
}

/** The number in a key of such a range, whether or not it ever was a page's. */
export function placeOf(raw: RawPage | undefined): number | undefined {
  const place: unknown = Array.isArray(raw?.key) ? raw.key[1] : undefined
  return typeof place === 'number' ? place : undefined
}

/** At most `count` pages below `before`, oldest first. A key cursor finds the first; getAll is several times faster than one. */
async function pagesBelow(db: Database, chat: RowKey, before: number, count: number): Promise<readonly RawPage[]> {
  const store = db.transaction('pages').store
  let cursor = await store.openKeyCursor(IDBKeyRange.bound([chat], [chat, before], true, true), 'prev')
  if (!cursor) return []
  const last = cursor.key
  cursor = await cursor.advance(count - 1)
  const range = cursor ? IDBKeyRange.bound(cursor.key, last) : IDBKeyRange.bound([chat], last)
  const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)])
  return zip(keys, values)
}

export async function pagesIn(db: Database, range: IDBKeyRange, count: number): Promise<readonly RawPage[]> {
  const store = db.transaction('pages').store
  const [keys, values] = await Promise.all([store.getAllKeys(range, count), store.getAll(range, count)])
  return zip(keys, values)
}

async function unsentIn(db: Database, range: IDBKeyRange, count: number): Promise<readonly RawPage[]> {
  const tx = db.transaction(['unsent', 'pages'])
  const keys = await tx.objectStore('unsent').getAllKeys(range, count)
  const values = await Promise.all(keys.map((key) => tx.objectStore('pages').get(key)))
  return zip(keys, values)
}

async function openAll(shelf: Shelf, chat: Chat, raw: readonly RawPage[]): Promise<Stretch> {
  const opened = await Promise.all(raw.map((one) => openPage(shelf.vault, chat, one)))
  const pages = opened.filter((page) => page !== undefined)
  return { rows: pages.flatMap((page) => messagesIn(chat, page)), damaged: opened.length - pages.length }
}
